import { TestBed } from '@angular/core/testing';

import { Texts } from '@core/i18n/texts';
import { detailIn } from './row-details';

describe('Details of rows', () => {
  it('are said in the person’s language where they are known, and as the platform says them where not', async () => {
    const texts = TestBed.inject(Texts);
    await texts.use('de');
    expect(detailIn(texts, 'The address stands on line 1205 already.')).toEqual({
      text: 'Zeile 1.205 hat diese Adresse schon.',
      lang: 'de',
    });
    expect(detailIn(texts, 'An address has an @-sign.').text).toBe('Eine Adresse hat ein @.');
    expect(detailIn(texts, 'Did it mean gmail.com?')).toEqual({ text: 'Did it mean gmail.com?', lang: 'en' });
  });
});
