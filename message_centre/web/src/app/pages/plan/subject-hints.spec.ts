import { describe, expect, it } from 'vitest';
import { hints, visibleLength } from './subject-hints';

describe('visibleLength', () => {
  it('counts an emoji of several code points once', () => {
    expect(visibleLength('👩‍🌾 soup')).toBe(6);
  });
});

describe('hints', () => {
  it('has nothing to say about a good pair', () => {
    expect(hints('Six soups for the first cold week', 'And a garden that feeds them')).toEqual([]);
  });

  it('misses what is not there', () => {
    expect(hints('  ', '')).toEqual(['subject-empty', 'preheader-empty']);
  });

  it('tells of lines that are cut off', () => {
    expect(hints('s'.repeat(71), 'p'.repeat(101))).toEqual(['subject-long', 'preheader-long']);
  });

  it('tells of shouting, but not of a field in capitals', () => {
    expect(hints('LAST CHANCE TODAY!!', 'x')).toEqual(['subject-capitals', 'subject-exclamation']);
    expect(hints('{{ FIRST_NAME }}, your soup is ready', 'x')).toEqual([]);
  });

  it('does not take writing without capitals for shouting', () => {
    expect(hints('今週のおすすめスープです', 'x')).toEqual([]);
  });

  it('tells of a preheader that says the same again', () => {
    expect(hints('Six soups for you', 'six soups for you')).toEqual(['preheader-repeats']);
  });
});
