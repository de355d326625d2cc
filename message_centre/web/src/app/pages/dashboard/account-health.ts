import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import type { Account } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Chip } from '@shared/chip';
import { Meter } from '@shared/meter';

/** From this share of a limit on it is close. */
const CLOSE = 0.6;

type Health = 'good' | 'watch' | 'bad' | 'off';
const TONES = { good: 'good', watch: 'warning', bad: 'bad', off: 'bad' } as const;

/** How good the account is: quota of a day, and what came back or was complained about beside the limits. */
export function healthOf({ sending, reputation }: Account): Health {
  if (!sending.enabled || sending.status === 'SHUTDOWN') {
    return 'off';
  }
  const used = Math.max(
    (reputation.bounce_rate ?? 0) / reputation.bounce_limit,
    (reputation.complaint_rate ?? 0) / reputation.complaint_limit,
  );
  return used >= 1 ? 'bad' : used >= CLOSE ? 'watch' : 'good';
}

@Component({
  selector: 'mc-account-health',
  imports: [Chip, Meter],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './account-health.html',
  styles: `
    dl {
      display: grid;
      gap: 16px;
      margin: 16px 0 0;
    }
    dt {
      display: flex;
      justify-content: space-between;
      gap: 8px;
      margin-bottom: 6px;
      font-size: 0.875rem;
    }
    dt b {
      white-space: nowrap;
    }
    dd {
      display: grid;
      gap: 4px;
      margin: 0;
      font-size: 0.8125rem;
    }
    p {
      margin: 0;
    }
    /* A sentence, not a word: a pill would cut into its lines. */
    mc-chip {
      padding-block: 8px;
      border-radius: 10px;
      white-space: normal;
    }
  `,
})
export class AccountHealth {
  readonly account = input.required<Account>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly health = computed(() => healthOf(this.account()));
  protected readonly tone = computed(() => TONES[this.health()]);
  protected readonly rows = computed(() => {
    const { reputation } = this.account();
    return [
      { name: 'bounces' as const, rate: reputation.bounce_rate, limit: reputation.bounce_limit },
      { name: 'complaints' as const, rate: reputation.complaint_rate, limit: reputation.complaint_limit },
    ].map((row) => {
      const share = (row.rate ?? 0) / row.limit;
      return {
        ...row,
        share,
        tone: share >= 1 ? ('bad' as const) : share >= CLOSE ? ('warning' as const) : ('good' as const),
      };
    });
  });
}
