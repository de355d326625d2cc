import { ChangeDetectionStrategy, Component, effect, inject, input, untracked } from '@angular/core';

import { Api, Answer } from '@core/api/api';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Chip } from '@shared/chip';
import { Loaded } from '@shared/loaded';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { FollowedCampaign } from './followed-campaign';

const PATH = '/v1/campaigns/{campaign_id}/statistics/bounces';

/** What the recipients' servers said when they sent mails back, the most frequent first. */
@Component({
  selector: 'mc-campaign-bounces',
  imports: [Chip, ProblemPanel, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="mc-card" aria-labelledby="bounces-title">
      <h2 id="bounces-title">{{ texts.t('campaign.bounces.title') }}</h2>
      @if (bounces.problem(); as problem) {
        <mc-problem [problem]="problem" (retry)="bounces.reload()" />
      }
      @if (bounces.value(); as shown) {
        @if (shown.bounces.length > 0) {
          <table class="mc-table">
            <thead>
              <tr>
                <th scope="col">{{ texts.t('campaign.bounces.reason') }}</th>
                <th scope="col" class="end">{{ texts.t('campaign.bounces.events') }}</th>
              </tr>
            </thead>
            <tbody>
              @for (cause of shown.bounces; track $index) {
                <tr>
                  <td>
                    <mc-chip [tone]="cause.bounce_type === 'Permanent' ? 'bad' : 'warning'">{{
                      texts.word('campaign.bounces', cause.bounce_type)
                    }}</mc-chip>
                    <span class="said">{{ cause.diagnostic ?? texts.t('campaign.bounces.silent') }}</span>
                  </td>
                  <td class="end">{{ formats.number(cause.events) }}</td>
                </tr>
              }
            </tbody>
          </table>
        } @else {
          <p class="mc-muted">{{ texts.t('campaign.bounces.none') }}</p>
        }
      } @else if (bounces.loading()) {
        <mc-skeleton />
      }
    </section>
  `,
  styles: `
    .said {
      display: block;
      margin-top: 4px;
    }
  `,
})
export class CampaignBounces {
  readonly campaignId = input.required<string>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly api = inject(Api);
  protected readonly bounces = new Loaded<Answer<typeof PATH, 'get'>>(async (signal) => {
    const path = { campaign_id: this.campaignId() };
    return (await this.api.platform('get', PATH, { path, query: { limit: 10 }, signal })).body;
  });

  constructor() {
    const followed = inject(FollowedCampaign);
    effect(() => {
      followed.drawing();
      this.campaignId();
      untracked(() => void this.bounces.reload());
    });
  }
}
