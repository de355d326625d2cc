import type { PlannedWaves } from '@core/api/documents';

export type PlannedWave = PlannedWaves['waves'][number];

/**
 * When the last mail of waves goes, in milliseconds since 1970: a wave begins when the one before is done.
 *
 * `seconds` is what all recipients together take.
 */
export function endOfWaves({ waves, recipients }: PlannedWaves, seconds: number, now: number): number {
  return waves.reduce(
    (before, { at, recipients: those }) =>
      Math.max(before, at ? Date.parse(at) : before) + (1000 * seconds * those) / (recipients || 1),
    now,
  );
}

/** The zones of a wave with the most recipients first, and how many are left out. */
export function largestZones({ zones }: PlannedWave, shown: number): { zones: PlannedWave['zones']; more: number } {
  const sorted = [...zones].sort((a, b) => b.recipients - a.recipients);
  return { zones: sorted.slice(0, shown), more: Math.max(0, sorted.length - shown) };
}
