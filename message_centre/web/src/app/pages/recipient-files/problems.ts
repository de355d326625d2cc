import { Problem } from '@core/api/problem';
import type { Texts } from '@core/i18n/texts';

/** A file without a byte and a spreadsheet are refused by the page itself, in words of its own. */
export function ownWords(problem: Problem, { t }: Texts): Problem {
  switch (problem.type) {
    case 'empty-file':
      return new Problem(problem.type, t('files.empty'), -1, t('files.emptyText'));
    case 'spreadsheet':
      return new Problem(problem.type, t('files.spreadsheet'), -1, t('files.spreadsheetText'));
    default:
      return problem;
  }
}
