import { describe, expect, it } from 'vitest';
import { offsetLabel, proposal, resolve, wallClock, zones } from './wall-clock';

describe('resolve', () => {
  it('takes an ordinary time of the zone', () => {
    expect(resolve('2026-12-01T09:00', 'Europe/Berlin')).toEqual({
      instant: new Date('2026-12-01T08:00:00Z'),
      clockChange: null,
    });
  });

  it('takes the first moment after the gap for a time that the clocks skip', () => {
    expect(resolve('2027-03-28T02:30', 'Europe/Berlin')).toEqual({
      instant: new Date('2027-03-28T01:00:00Z'),
      clockChange: 'skipped',
    });
  });

  it('takes the first of two moments for a time that occurs twice', () => {
    expect(resolve('2026-10-25T02:30', 'Europe/Berlin')).toEqual({
      instant: new Date('2026-10-25T00:30:00Z'),
      clockChange: 'repeated',
    });
  });

  it('knows half-hour changes', () => {
    expect(resolve('2026-10-04T02:10', 'Australia/Lord_Howe')?.clockChange).toBe('skipped');
  });

  it('refuses what is no time or no zone', () => {
    expect(resolve('tomorrow', 'UTC')).toBeNull();
    expect(resolve('2026-13-01T09:00', 'UTC')).toBeNull();
    expect(resolve('2026-12-01T09:00', 'Europe/Atlantis')).toBeNull();
  });
});

describe('the clock of a zone', () => {
  it('shows what people there see', () => {
    expect(wallClock(new Date('2026-12-31T23:30:00Z'), 'Asia/Tokyo')).toBe('2027-01-01T08:30');
  });

  it('names the offset', () => {
    expect(offsetLabel(new Date('2026-07-01T00:00:00Z'), 'Europe/Berlin')).toBe('UTC+2');
    expect(offsetLabel(new Date('2026-07-01T00:00:00Z'), 'America/St_Johns')).toBe('UTC−2:30');
    expect(offsetLabel(new Date('2026-07-01T00:00:00Z'), 'UTC')).toBe('UTC');
  });

  it('proposes a full hour that is more than one hour away', () => {
    expect(proposal(new Date('2026-12-01T08:20:00Z'), 'Europe/Berlin')).toBe('2026-12-01T11:00');
  });

  it('lists the own zone first and each zone once', () => {
    const listed = zones('Europe/Berlin');
    expect(listed[0]).toBe('Europe/Berlin');
    expect(new Set(listed).size).toBe(listed.length);
  });
});
