import type { PlannedWaves } from '@core/api/documents';
import { endOfWaves, largestZones } from './planned-waves';

const zone = (time_zone: string, recipients: number) => ({ time_zone, recipients, clock_change: null });

function planned(...waves: [string, number][]): PlannedWaves {
  return {
    campaign_id: 'cmp_1',
    run: 1,
    outdated: false,
    at: '2026-12-01T09:00:00',
    time_zone: 'Europe/Berlin',
    recipients: waves.reduce((sum, [, recipients]) => sum + recipients, 0),
    waves: waves.map(([at, recipients]) => ({
      at,
      recipients,
      past: false,
      zones: [zone('Europe/Berlin', recipients)],
    })),
  };
}

describe('Planned waves', () => {
  const now = Date.parse('2026-11-30T00:00:00Z');
  const ends = (waves: PlannedWaves, seconds: number) => new Date(endOfWaves(waves, seconds, now)).toISOString();

  it('end when the last wave has had its share of the time', () => {
    const waves = planned(['2026-11-30T22:00:00Z', 300], ['2026-12-01T08:00:00Z', 100]);
    expect(ends(waves, 400)).toBe('2026-12-01T08:01:40.000Z');
  });

  it('wait for one another, and for now', () => {
    const waves = planned(['2026-11-29T22:00:00Z', 300], ['2026-11-30T00:01:00Z', 100]);
    expect(ends(waves, 400)).toBe('2026-11-30T00:06:40.000Z');
    expect(ends(planned(), 400)).toBe('2026-11-30T00:00:00.000Z');
  });

  it('name the zones with the most recipients', () => {
    const wave = { at: '', past: false, recipients: 6, zones: [zone('A', 1), zone('B', 3), zone('C', 2)] };
    expect(largestZones(wave, 2)).toEqual({ zones: [zone('B', 3), zone('C', 2)], more: 1 });
    expect(largestZones(wave, 3).more).toBe(0);
  });
});
