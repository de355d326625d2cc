/** Wall-clock times of a zone and the moments they mean, with the platform's rules for clock changes. */

/** `skipped`: the clocks jump over this time. `repeated`: they show it twice. */
export type ClockChange = 'skipped' | 'repeated';

export interface Resolved {
  /** What the wall-clock time means: after a gap its first moment, of two the first. */
  readonly instant: Date;
  readonly clockChange: ClockChange | null;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(zone, found);
  }
  return found;
}

/** Milliseconds since 1970 that a UTC clock would show if it showed what clocks in `zone` show at `instant`. */
function shown(instant: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of format(zone).formatToParts(instant)) parts[type] = Number(value);
  return Date.UTC(
    parts['year'] ?? 0,
    (parts['month'] ?? 1) - 1,
    parts['day'],
    parts['hour'],
    parts['minute'],
    parts['second'],
  );
}

function offset(instant: number, zone: string): number {
  return shown(instant, zone) - Math.floor(instant / 1000) * 1000;
}

/** `2026-12-01T09:00`: what clocks in `zone` show at `instant`, to the minute. */
export function wallClock(instant: Date, zone: string): string {
  return new Date(shown(instant.getTime(), zone)).toISOString().slice(0, 16);
}

/** Whether the runtime knows the IANA zone. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * What `local` (`2026-12-01T09:00`) means in `zone`; null when it is no time or no zone.
 *
 * Clock changes are further apart than a day, so the offsets a day before and a day after are the only ones in question.
 */
export function resolve(local: string, zone: string): Resolved | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(local) || !isZone(zone)) return null;
  const wanted = Date.parse(`${local}Z`);
  if (Number.isNaN(wanted)) return null;
  const day = 86_400_000;
  const before = offset(wanted - day, zone);
  const after = offset(wanted + day, zone);
  const fitting = [...new Set([wanted - before, wanted - after])]
    .filter((candidate) => shown(candidate, zone) === wanted)
    .sort((a, b) => a - b);
  const [first, second] = fitting;
  if (first !== undefined) {
    return { instant: new Date(first), clockChange: second === undefined ? null : 'repeated' };
  }
  return { instant: new Date(transition(wanted - day, wanted + day, zone)), clockChange: 'skipped' };
}

/** The first moment between `from` and `to` at which the zone's offset is that of `to`. */
function transition(from: number, to: number, zone: string): number {
  const goal = offset(to, zone);
  let low = from;
  let high = to;
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offset(middle, zone) === goal) high = middle;
    else low = middle;
  }
  return Math.ceil(high / 1000) * 1000;
}

/** Zones for a choice, the person's own first. */
export function zones(own: string): string[] {
  const all = Intl.supportedValuesOf('timeZone');
  return [...new Set([own, 'UTC', ...all])].filter(isZone);
}

/** `UTC+2` or `UTC−3:30`: the zone's offset at that moment. */
export function offsetLabel(instant: Date, zone: string): string {
  const minutes = Math.round(offset(instant.getTime(), zone) / 60_000);
  if (minutes === 0) return 'UTC';
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}

/** The next full hour but one in `zone`, as a first proposal for a time to send at. */
export function proposal(now: Date, zone: string): string {
  return wallClock(new Date(now.getTime() + 2 * 3_600_000), zone).slice(0, 13) + ':00';
}
