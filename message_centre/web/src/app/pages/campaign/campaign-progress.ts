import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { CirclePause, Hourglass, OctagonAlert } from 'lucide';

import type { Campaign } from '@core/api/documents';
import { Formats } from '@core/formats';
import { TextKey, Texts } from '@core/i18n/texts';
import { haltReason } from '@shared/halt-reason';
import { Icon } from '@shared/icon';
import { Meter } from '@shared/meter';
import { FollowedCampaign } from './followed-campaign';

/** How far a campaign is, how fast it goes and when it will be done; afterwards, how long it took. */
@Component({
  selector: 'mc-campaign-progress',
  imports: [Icon, Meter],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './campaign-progress.html',
  styleUrl: './campaign-progress.scss',
})
export class CampaignProgress {
  readonly campaign = input.required<Campaign>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly followed = inject(FollowedCampaign);
  protected readonly icons = { CirclePause, Hourglass, OctagonAlert };

  protected readonly share = computed(() => {
    const planned = this.followed.planned();
    return planned > 0 ? this.followed.done() / planned : 0;
  });
  protected readonly rate = computed(() => {
    const rate = this.followed.rate();
    if (rate === null) {
      return this.texts.t('campaign.progress.measuring');
    }
    return rate >= 1
      ? this.texts.t('campaign.progress.perSecond', { rate: Math.round(rate) })
      : this.texts.t('campaign.progress.perMinute', { rate: Math.round(rate * 60) });
  });
  protected readonly end = computed(() => {
    const seconds = this.followed.secondsLeft();
    if (seconds === null) {
      return '–';
    }
    return this.texts.t('campaign.progress.endIn', {
      time: this.formats.time(new Date(this.followed.statistics.at() + seconds * 1000).toISOString()),
      duration: this.formats.duration(seconds),
    });
  });
  protected readonly took = computed(() => {
    const { started_at, finished_at } = this.campaign();
    return started_at && finished_at ? (Date.parse(finished_at) - Date.parse(started_at)) / 1000 : null;
  });
  /** What was not sent, by why. */
  protected readonly left = computed(() => {
    const status = this.followed.statistics.value()?.totals.by_status ?? {};
    const { t } = this.texts;
    return (['skipped', 'failed', 'unknown'] as const)
      .map((name) => ({ name, count: status[name] ?? 0 }))
      .filter(({ count }) => count > 0)
      .map(({ name, count }) => t(`campaign.progress.${name}`, { count }));
  });
  protected readonly halted = computed(() => haltReason(this.campaign().reason, this.texts, this.formats));
  /** What happens before the first mail of a campaign that is sent at once; null: it is sent, or has a time. */
  protected readonly soon = computed<TextKey | null>(() => {
    const { state, send_at: at } = this.campaign();
    if (state === 'preparing') return 'campaign.progress.preparing';
    return state === 'scheduled' && (!at || Date.parse(at) <= this.formats.now()) ? 'campaign.progress.soon' : null;
  });
  protected readonly canaryWaits = computed(() => {
    const { canary, state } = this.campaign();
    return state === 'sending' && canary?.ends_at && !canary.judged_at ? canary.ends_at : null;
  });
}
