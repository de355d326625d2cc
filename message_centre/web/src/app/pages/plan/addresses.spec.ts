import { describe, expect, it } from 'vitest';
import { addressesOf } from './addresses';

describe('addressesOf', () => {
  it('takes addresses from pasted text, each once', () => {
    expect(addressesOf('Anna <anna@example.org>, ben@example.org;\nben@example.org  nobody')).toEqual([
      'anna@example.org',
      'ben@example.org',
    ]);
  });
});
