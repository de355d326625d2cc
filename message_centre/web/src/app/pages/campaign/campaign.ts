import { ChangeDetectionStrategy, Component, effect, inject, input, untracked } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { ArrowLeft } from 'lucide';

import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { PageTitle } from '@core/page-title';
import { campaignTone } from '@shared/campaign-tone';
import { Chip } from '@shared/chip';
import { Icon } from '@shared/icon';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { CampaignActions } from './campaign-actions';
import { CampaignProgress } from './campaign-progress';
import { FollowedCampaign } from './followed-campaign';

/** One campaign: how far it is, what can be done with it, and its views. */
@Component({
  selector: 'mc-campaign',
  imports: [
    CampaignActions,
    CampaignProgress,
    Chip,
    Icon,
    ProblemPanel,
    RouterLink,
    RouterLinkActive,
    RouterOutlet,
    Skeleton,
  ],
  providers: [FollowedCampaign],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './campaign.html',
  styleUrl: './campaign.scss',
})
export default class CampaignPage {
  readonly campaign_id = input.required<string>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly followed = inject(FollowedCampaign);
  protected readonly icons = { ArrowLeft };
  protected readonly campaignTone = campaignTone;

  constructor() {
    const title = inject(PageTitle);
    effect(() => {
      title.subject.set(this.followed.campaign.value()?.name ?? '');
    });
    effect(() => {
      const id = this.campaign_id();
      untracked(() => {
        this.followed.follow(id);
      });
    });
  }
}
