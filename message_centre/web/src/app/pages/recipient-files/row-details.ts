import type { Texts } from '@core/i18n/texts';

/** What the platform says of single rows, in English, and which text of the page says the same. */
const KNOWN = [
  ['duplicate', /^The address stands on line (\d+) already\.$/],
  ['noAt', /^An address (has|must have) an @-sign\.$/],
  ['severalAts', /^It has more than one @-sign/],
  ['nothingAfter', /^There must be something after the @-sign\.$/],
  ['nothingBefore', /^There must be something before the @-sign\.$/],
  ['noDomain', /^The part after the @-sign is no domain name/],
  ['unseen', /^It contains characters that cannot be seen\.$/],
  ['notAscii', /^SES cannot send to it: the part before the @-sign/],
  ['noAddress', /^The row has no address\.$/],
] as const;

/** A detail in the language `lang`; one that the page has no words for stays as the platform says it. */
export function detailIn(texts: Texts, detail: string): { text: string; lang: string } {
  for (const [name, pattern] of KNOWN) {
    const found = pattern.exec(detail);
    if (found) {
      return { text: texts.t(`files.details.${name}`, { first: Number(found[1] ?? 0) }), lang: texts.language() };
    }
  }
  return { text: detail, lang: 'en' };
}
