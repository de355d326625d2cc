/** What is worth saying about a subject line and the preheader beside it. */

export type Hint =
  | 'subject-empty'
  | 'subject-long'
  | 'subject-short'
  | 'subject-capitals'
  | 'subject-exclamation'
  | 'preheader-empty'
  | 'preheader-long'
  | 'preheader-repeats';

/** Characters of a subject that the mail list of a phone shows, as a rule. */
export const SUBJECT_ON_PHONES = 40;
/** Characters of a subject that mail programs on a desktop show, as a rule. */
export const SUBJECT_ON_DESKTOPS = 70;
/** Characters of subject and preheader together that fit into a line of a mail list. */
export const PREHEADER_SHOWN = 100;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Characters as a person counts them: an emoji of several code points is one. */
export function visibleLength(text: string): number {
  return [...segmenter.segment(text)].length;
}

/** Takes the rendered lines where they are known, otherwise their sources. */
export function hints(subject: string, preheader: string): Hint[] {
  const found: Hint[] = [];
  const line = subject.trim();
  const words = line.replace(/\{\{.*?\}\}|\{%.*?%\}/g, '').trim();
  const length = visibleLength(line);
  if (!line) found.push('subject-empty');
  else if (length > SUBJECT_ON_DESKTOPS) found.push('subject-long');
  else if (length < 8) found.push('subject-short');
  const letters = words.match(/\p{L}/gu)?.join('') ?? '';
  if (letters.length >= 8 && letters === letters.toLocaleUpperCase() && letters !== letters.toLocaleLowerCase()) {
    found.push('subject-capitals');
  }
  if (words.split('!').length > 2) found.push('subject-exclamation');
  const beside = preheader.trim();
  if (!beside) found.push('preheader-empty');
  else if (visibleLength(beside) > PREHEADER_SHOWN) found.push('preheader-long');
  else if (beside.toLocaleLowerCase() === line.toLocaleLowerCase()) found.push('preheader-repeats');
  return found;
}
