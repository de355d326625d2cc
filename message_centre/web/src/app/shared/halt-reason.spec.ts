import { TestBed } from '@angular/core/testing';

import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { haltReason } from './halt-reason';

describe('Why a campaign was stopped', () => {
  it('is said without statistics, in the person’s language', async () => {
    const texts = TestBed.inject(Texts);
    const formats = TestBed.inject(Formats);
    const guard = (what: string, limit: string) =>
      `Reputation guard: ${what} messages; with 95 % confidence that is more than 5.12 %, and the limit is ${limit} %.`;
    await texts.use('en');
    expect(haltReason(guard('1525 hard bounces among 25010', '5'), texts, formats)).toBe(
      '1,525 of 25,010 mails came back because the address does not exist; the limit is 5%.',
    );
    await texts.use('de');
    expect(haltReason(`Canary: ${guard('3 complaints among 500', '0.1')}`, texts, formats)).toMatch(
      /^3 von 500 Menschen haben die Mail als Spam gemeldet; die Grenze ist 0,1\s%\.$/,
    );
    expect(haltReason('Amazon paused the account.', texts, formats)).toBe('Amazon paused the account.');
    expect(haltReason(null, texts, formats)).toBe('');
  });
});
