import { averageRate, rateOf, sampled, secondsLeft } from './pace';

describe('the pace of a campaign', () => {
  it('is what was done within the last minute', () => {
    let samples = sampled([], { at: 0, done: 0 });
    expect(rateOf(samples)).toBeNull();
    samples = sampled(samples, { at: 50_000, done: 5000 });
    expect(rateOf(samples)).toBe(100);
    samples = sampled(samples, { at: 100_000, done: 5500 });
    expect(samples).toHaveLength(2);
    expect(rateOf(samples)).toBe(10);
  });

  it('is measured anew when numbers fall', () => {
    const samples = sampled([{ at: 0, done: 900 }], { at: 10_000, done: 800 });
    expect(samples).toEqual([{ at: 10_000, done: 800 }]);
  });

  it('is the average until there are samples', () => {
    expect(averageRate(900, '2026-01-01T10:00:00Z', Date.parse('2026-01-01T10:01:30Z'))).toBe(10);
    expect(averageRate(0, '2026-01-01T10:00:00Z', Date.parse('2026-01-01T10:01:30Z'))).toBeNull();
    expect(averageRate(900, null, 0)).toBeNull();
  });

  it('tells the end only while something is done', () => {
    expect(secondsLeft(600, 20)).toBe(30);
    expect(secondsLeft(600, 0)).toBeNull();
    expect(secondsLeft(600, null)).toBeNull();
  });
});
