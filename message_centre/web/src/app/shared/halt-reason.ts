import type { Formats } from '@core/formats';
import type { Texts } from '@core/i18n/texts';

/** How the platform's guard says why it stopped a campaign. */
const GUARD = /(\d+) (hard bounces|complaints) among (\d+) messages; .*the limit is ([\d.]+) %/;

/** Why a campaign was stopped for safety, for somebody who knows no statistics; other reasons stay as they are. */
export function haltReason(reason: string | null, texts: Texts, formats: Formats): string {
  const [, count, kind, total, percent] = GUARD.exec(reason ?? '') ?? [];
  return kind
    ? texts.t(kind === 'complaints' ? 'campaigns.haltedBy.complaints' : 'campaigns.haltedBy.bounces', {
        count: Number(count),
        total: Number(total),
        limit: formats.percent(Number(percent) / 100),
      })
    : (reason ?? '');
}
