import { startOf } from './audit-filters';

describe('startOf', () => {
  it('is midnight where the browser is, also over the end of a month', () => {
    expect(new Date(startOf('2026-11-27', 0)).getHours()).toBe(0);
    const next = new Date(startOf('2026-11-30', 1));
    expect([next.getMonth(), next.getDate(), next.getHours()]).toEqual([11, 1, 0]);
  });
});
