import { ChangeDetectionStrategy, Component, effect, inject, input, untracked } from '@angular/core';

import { Api, Answer } from '@core/api/api';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Loaded } from '@shared/loaded';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { FollowedCampaign } from './followed-campaign';

const PATH = '/v1/campaigns/{campaign_id}/statistics/links';

/** The links of a campaign, most clicked first. */
@Component({
  selector: 'mc-campaign-links',
  imports: [ProblemPanel, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="mc-card" aria-labelledby="links-title">
      <h2 id="links-title">{{ texts.t('campaign.links.title') }}</h2>
      @if (links.problem(); as problem) {
        <mc-problem [problem]="problem" (retry)="links.reload()" />
      }
      @if (links.value(); as shown) {
        @if (shown.links.length > 0) {
          <table class="mc-table">
            <thead>
              <tr>
                <th scope="col">{{ texts.t('campaign.links.url') }}</th>
                <th scope="col" class="end">{{ texts.t('campaign.links.people') }}</th>
                <th scope="col" class="end">{{ texts.t('campaign.links.all') }}</th>
              </tr>
            </thead>
            <tbody>
              @for (link of shown.links; track link.url) {
                <tr>
                  <td class="url">
                    <a [href]="link.url" target="_blank" rel="noopener noreferrer">{{ link.url }}</a>
                  </td>
                  <td class="end">{{ formats.number(link.human_clicks) }}</td>
                  <td class="end">{{ formats.number(link.clicks) }}</td>
                </tr>
              }
            </tbody>
          </table>
        } @else {
          <p class="mc-muted">{{ texts.t('campaign.links.none') }}</p>
        }
      } @else if (links.loading()) {
        <mc-skeleton />
      }
    </section>
  `,
})
export class CampaignLinks {
  readonly campaignId = input.required<string>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly api = inject(Api);
  protected readonly links = new Loaded<Answer<typeof PATH, 'get'>>(async (signal) => {
    const path = { campaign_id: this.campaignId() };
    return (await this.api.platform('get', PATH, { path, query: { limit: 10 }, signal })).body;
  });

  constructor() {
    const followed = inject(FollowedCampaign);
    effect(() => {
      followed.drawing();
      this.campaignId();
      untracked(() => void this.links.reload());
    });
  }
}
