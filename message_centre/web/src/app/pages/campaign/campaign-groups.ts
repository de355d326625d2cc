import { ChangeDetectionStrategy, Component, effect, inject, input, signal, untracked } from '@angular/core';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';

import { Api } from '@core/api/api';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Loaded } from '@shared/loaded';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { FollowedCampaign } from './followed-campaign';

type Kind = 'providers' | 'domains';
interface Group {
  name: string;
  totals: Record<string, number>;
  rates: Record<string, number | null>;
}

/** The numbers of a campaign by mailbox provider or by domain. */
@Component({
  selector: 'mc-campaign-groups',
  imports: [MatButtonToggle, MatButtonToggleGroup, ProblemPanel, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './campaign-groups.html',
})
export class CampaignGroups {
  readonly campaignId = input.required<string>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly api = inject(Api);
  protected readonly kind = signal<Kind>('providers');
  protected readonly rates = ['delivery_rate', 'human_open_rate', 'human_click_rate', 'bounce_rate'] as const;
  protected readonly groups = new Loaded<Group[]>((signal) => this.load(signal));

  constructor() {
    const followed = inject(FollowedCampaign);
    effect(() => {
      followed.drawing();
      this.campaignId();
      this.kind();
      untracked(() => void this.groups.reload());
    });
  }

  private async load(signal: AbortSignal): Promise<Group[]> {
    const path = { campaign_id: this.campaignId() };
    if (this.kind() === 'providers') {
      const { body } = await this.api.platform('get', '/v1/campaigns/{campaign_id}/statistics/providers', {
        path,
        signal,
      });
      return body.providers.map(({ provider, ...group }) => ({ name: provider, ...group }));
    }
    const { body } = await this.api.platform('get', '/v1/campaigns/{campaign_id}/statistics/domains', {
      path,
      query: { limit: 20 },
      signal,
    });
    return body.domains.map(({ domain, ...group }) => ({ name: domain, ...group }));
  }
}
