import { TestBed } from '@angular/core/testing';

import de from '../../../i18n/de';
import en from '../../../i18n/en';
import { Texts } from './texts';

function leaves(entry: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(entry).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'string'
        ? [[`${prefix}${name}`, value] as const]
        : [...leaves(value as object, `${prefix}${name}.`)],
    ),
  );
}

const placeholders = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

describe('Texts', () => {
  it('has the same texts with the same values in both languages', () => {
    const german = leaves(de);
    expect([...german.keys()].sort()).toEqual([...leaves(en).keys()].sort());
    for (const [key, text] of leaves(en)) {
      expect(placeholders(german.get(key) ?? ''), key).toEqual(placeholders(text));
    }
  });

  it('fills in values and chooses the form by number', async () => {
    const texts = TestBed.inject(Texts);
    await texts.use('en');
    expect(texts.t('dashboard.people', { count: 1 })).toBe('1 person');
    expect(texts.t('dashboard.people', { count: 41233 })).toBe('41,233 people');
    await texts.use('de');
    expect(texts.t('dashboard.people', { count: 41233 })).toBe('41.233 Personen');
    expect(document.documentElement.lang).toBe('de');
  });

  it('shows a word of the API that it does not know as it is', async () => {
    const texts = TestBed.inject(Texts);
    await texts.use('en');
    expect(texts.word('campaigns.states', 'halted')).toBe('Stopped for safety');
    expect(texts.word('campaigns.states', 'put_off')).toBe('put off');
  });
});
