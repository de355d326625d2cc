import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Skeleton } from '@shared/skeleton';
import { FollowedCampaign } from './followed-campaign';

interface Tile {
  name: 'delivered' | 'opened' | 'clicked' | 'bounced' | 'complained' | 'unsubscribed';
  rate: number | null | undefined;
  count: number;
  /** What the rate is a share of, and what else there is to know. */
  notes: string[];
}

/** The large numbers of a campaign: people first, machines beside them. */
@Component({
  selector: 'mc-campaign-numbers',
  imports: [Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './campaign-numbers.html',
  styleUrl: './campaign-numbers.scss',
})
export class CampaignNumbers {
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly followed = inject(FollowedCampaign);

  protected readonly tiles = computed<Tile[]>(() => {
    const statistics = this.followed.statistics.value();
    if (!statistics) {
      return [];
    }
    const { totals, rates } = statistics;
    const { t } = this.texts;
    const ofAccepted = t('campaign.numbers.ofAccepted', { whole: totals.accepted });
    const ofDelivered = t('campaign.numbers.ofDelivered', { whole: totals.delivered });
    const machines = (count: number): string[] => (count > 0 ? [t('campaign.numbers.machines', { count })] : []);
    const clickToOpen = rates['click_to_open_rate'];
    return [
      { name: 'delivered', rate: rates['delivery_rate'], count: totals.delivered, notes: [ofAccepted] },
      {
        name: 'opened',
        rate: rates['human_open_rate'],
        count: totals.human_opened,
        notes: [ofDelivered, ...machines(totals.opened - totals.human_opened)],
      },
      {
        name: 'clicked',
        rate: rates['human_click_rate'],
        count: totals.human_clicked,
        notes: [
          ...(clickToOpen === null || clickToOpen === undefined
            ? [ofDelivered]
            : [t('campaign.numbers.clickToOpen', { share: this.formats.percent(clickToOpen) })]),
          ...machines(totals.clicked - totals.human_clicked),
        ],
      },
      {
        name: 'bounced',
        rate: rates['bounce_rate'],
        count: totals.bounced,
        notes: [
          ofAccepted,
          ...(totals.hard_bounced > 0 ? [t('campaign.numbers.hard', { count: totals.hard_bounced })] : []),
        ],
      },
      { name: 'complained', rate: rates['complaint_rate'], count: totals.complained, notes: [ofDelivered] },
      { name: 'unsubscribed', rate: rates['unsubscribe_rate'], count: totals.unsubscribed, notes: [ofDelivered] },
    ];
  });
}
