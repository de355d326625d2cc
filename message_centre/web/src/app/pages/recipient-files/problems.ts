import { Problem } from '@core/api/problem';
import type { Texts } from '@core/i18n/texts';

/** A file without a byte is refused by the page itself, in words of its own. */
export function emptyFile(problem: Problem, texts: Texts): Problem {
  return problem.type === 'empty-file'
    ? new Problem('empty-file', texts.t('files.empty'), -1, texts.t('files.emptyText'))
    : problem;
}
