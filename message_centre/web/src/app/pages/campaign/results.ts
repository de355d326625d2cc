import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Texts } from '@core/i18n/texts';
import { FollowedCampaign } from './followed-campaign';
import { CampaignBounces } from './campaign-bounces';
import { CampaignGroups } from './campaign-groups';
import { CampaignLinks } from './campaign-links';
import { CampaignNumbers } from './campaign-numbers';
import { CampaignTimeline } from './campaign-timeline';
import { ProblemPanel } from '@shared/problem-panel';

/** What became of a campaign, from the large numbers down to the reasons of bounces. */
@Component({
  selector: 'mc-campaign-results',
  imports: [CampaignBounces, CampaignGroups, CampaignLinks, CampaignNumbers, CampaignTimeline, ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (followed.statistics.problem(); as problem) {
      <mc-problem [problem]="problem" (retry)="followed.statistics.reload()" />
    }
    @if (followed.waiting()) {
      <section class="mc-card">
        <p class="mc-muted">{{ texts.t('campaign.resultsLater') }}</p>
      </section>
    } @else if (followed.campaign.value(); as campaign) {
      <mc-campaign-numbers />
      <mc-campaign-timeline [campaignId]="campaign.campaign_id" />
      <div class="two">
        <mc-campaign-links [campaignId]="campaign.campaign_id" />
        <mc-campaign-bounces [campaignId]="campaign.campaign_id" />
      </div>
      <mc-campaign-groups [campaignId]="campaign.campaign_id" />
    }
  `,
  styles: `
    .mc-muted {
      margin: 0;
    }
    :host,
    .two {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 24px;
      align-items: start;
    }
    @media (min-width: 1100px) {
      .two {
        grid-template-columns: repeat(2, minmax(0, 1fr));
      }
    }
  `,
})
export default class CampaignResults {
  protected readonly texts = inject(Texts);
  protected readonly followed = inject(FollowedCampaign);
}
