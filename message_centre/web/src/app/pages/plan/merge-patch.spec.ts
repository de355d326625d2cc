import { describe, expect, it } from 'vitest';
import { apply, clashes, compose, paths } from './merge-patch';

describe('compose', () => {
  it('lets the later value win and keeps what only one names', () => {
    expect(compose({ name: 'a', settings: { subject: 'x' } }, { settings: { topic: null }, name: 'b' })).toEqual({
      name: 'b',
      settings: { subject: 'x', topic: null },
    });
  });

  it('replaces arrays as a whole', () => {
    expect(compose({ list: [1, 2] }, { list: [3] })).toEqual({ list: [3] });
  });
});

describe('apply', () => {
  it('changes only what the patch names', () => {
    const plan = { name: 'a', settings: { subject: 'x', topic: 'offers' } };
    expect(apply(plan, { settings: { topic: null } })).toEqual({ name: 'a', settings: { subject: 'x', topic: null } });
    expect(plan.settings.topic).toBe('offers');
  });
});

describe('clashes', () => {
  const base = { name: 'a', settings: { subject: 'x', topic: null } };

  it('finds nothing when two people changed different things', () => {
    const theirs = { name: 'a', settings: { subject: 'x', topic: 'offers' } };
    expect(clashes(base, theirs, { settings: { subject: 'y' } })).toEqual([]);
  });

  it('names what both changed', () => {
    const theirs = { name: 'b', settings: { subject: 'z', topic: null } };
    expect(clashes(base, theirs, { settings: { subject: 'y' } })).toEqual(['settings/subject']);
  });
});

describe('paths', () => {
  it('goes down into objects only', () => {
    expect(paths({ name: 'a', canary: {}, settings: { list: [1], topic: null } })).toEqual([
      'name',
      'canary',
      'settings/list',
      'settings/topic',
    ]);
  });
});
