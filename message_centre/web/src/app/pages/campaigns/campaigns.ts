import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { FormsModule } from '@angular/forms';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';
import { Router, RouterLink } from '@angular/router';
import { Megaphone } from 'lucide';

import { Api } from '@core/api/api';
import type { Campaign, CampaignState, Page, Plan } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { campaignTone, planTone } from '@shared/campaign-tone';
import { Chip } from '@shared/chip';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column, DataTable } from '@shared/data-table/data-table';
import { Listing } from '@shared/listing';
import { ProblemPanel } from '@shared/problem-panel';
import { SearchField } from '@shared/search-field';

/** All but drafts: those that plans made stand among the plans, and those of programs nobody can send from here. */
const FILTERS = {
  all: ['preparing', 'scheduled', 'sending', 'finishing', 'paused', 'halted', 'finished', 'cancelled', 'failed'],
  editing: [],
  active: ['preparing', 'sending', 'finishing'],
  scheduled: ['scheduled'],
  stopped: ['paused', 'halted'],
  done: ['finished', 'cancelled', 'failed'],
  archived: [],
} as const satisfies Record<string, readonly CampaignState[]>;
type Filter = keyof typeof FILTERS;
type Order = '-created_at' | 'created_at' | '-send_at';

/** The list of campaigns; what is searched, shown and ordered stands in the address. */
@Component({
  selector: 'mc-campaigns',
  imports: [
    Cell,
    Chip,
    DataTable,
    FormsModule,
    Listing,
    MatFormFieldModule,
    MatSelectModule,
    ProblemPanel,
    RouterLink,
    SearchField,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './campaigns.html',
  styleUrls: ['../lists.scss', './campaigns.scss'],
})
export default class CampaignsPage {
  readonly show = input<Filter, string | undefined>('all', {
    transform: (value) => (value && value in FILTERS ? (value as Filter) : 'all'),
  });
  readonly name = input('', { transform: (value: string | undefined) => value ?? '' });
  readonly sort = input<Order, string | undefined>('-created_at', {
    transform: (value) => (value === 'created_at' || value === '-send_at' ? value : '-created_at'),
  });

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly api = inject(Api);
  private readonly router = inject(Router);

  protected readonly icons = { Megaphone };
  protected readonly campaignTone = campaignTone;
  protected readonly planTone = planTone;
  protected readonly filters = Object.keys(FILTERS) as Filter[];
  protected readonly filtered = computed(() => this.show() !== 'all' || this.name() !== '');
  protected readonly columns = computed<Column[]>(() => [
    { key: 'name', header: this.texts.t('campaigns.name'), width: 'minmax(0, 3fr)' },
    { key: 'state', header: this.texts.t('campaigns.state'), width: 'minmax(110px, 1.2fr)' },
    { key: 'planned', header: this.texts.t('campaigns.recipients'), width: '110px', end: true, wideOnly: true },
    { key: 'when', header: this.texts.t('campaigns.when'), width: 'minmax(0, 1.6fr)', wideOnly: true },
  ]);
  protected readonly identify = (campaign: Campaign): string => campaign.campaign_id;
  protected readonly identifyPlan = (plan: Plan): string => plan.plan_id;

  protected readonly campaigns = new CursorList<Campaign>(async (cursor, signal) => {
    const show = this.show();
    const state = [...FILTERS[show]];
    const { body } = await this.api.platform('get', '/v1/campaigns', {
      query: {
        limit: 50,
        cursor: cursor ?? undefined,
        name: this.name() || undefined,
        sort: this.sort(),
        archived: show === 'archived' ? 'true' : 'false',
        ...(state.length > 0 ? { state } : {}),
      },
      signal,
    });
    return body;
  });
  protected readonly plans = new CursorList<Plan>(async (cursor, signal) => {
    const query = { status: 'editing,checking,checked,awaiting_approval,approved,rejected', limit: 50, cursor };
    return (await this.api.call<Page<Plan>>('get', '/plans', { query, signal })).body;
  });
  protected readonly plansShown = computed(() => {
    const wanted = this.name().toLowerCase();
    return this.show() === 'all' || this.show() === 'editing'
      ? this.plans.items().filter((plan) => plan.name.toLowerCase().includes(wanted))
      : [];
  });

  constructor() {
    effect(() => {
      this.name();
      const show = this.show();
      this.sort();
      untracked(() => {
        if (show !== 'editing') {
          void this.campaigns.restart();
        }
      });
    });
    void this.plans.restart();
  }

  protected go(change: { name?: string | null; show?: Filter | null; sort?: Order | null }): Promise<boolean> {
    return this.router.navigate([], { queryParams: change, queryParamsHandling: 'merge', replaceUrl: true });
  }

  /** When it begins, began or ended, by its state. */
  protected when(campaign: Campaign): string {
    const { t } = this.texts;
    if (campaign.finished_at) {
      return t('campaigns.ended', { when: this.formats.relative(campaign.finished_at) });
    }
    if (campaign.started_at) {
      return t('campaigns.began', { when: this.formats.relative(campaign.started_at) });
    }
    if (campaign.send_at) {
      return t('campaigns.starts', { when: this.formats.dateTime(campaign.send_at) });
    }
    return t('campaigns.created', { when: this.formats.relative(campaign.created_at) });
  }
}
