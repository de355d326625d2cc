import { Injectable, computed, inject, signal } from '@angular/core';

import { Api } from '@core/api/api';
import type { Campaign, CampaignState, CampaignStatistics, Totals } from '@core/api/documents';
import { Loaded } from '@shared/loaded';
import { Sample, averageRate, rateOf, sampled, secondsLeft } from './pace';

const RUNNING = new Set<CampaignState>(['preparing', 'sending', 'finishing']);
const WAITING = new Set<CampaignState>(['draft', 'preparing', 'scheduled']);
const ENDED = new Set<CampaignState>(['finished', 'cancelled', 'failed']);
/** Seconds between two looks while it runs, and while it only collects opens and clicks. */
const SOON = 4;
const LATER = 20;

/** How many messages have left the queue, whatever became of them. */
export function doneOf(totals: Totals): number {
  const pending = totals.by_status['pending'];
  return pending === undefined ? totals.accepted : totals.planned - pending;
}

/** One campaign and its numbers, looked at again and again while its page is open. */
@Injectable()
export class FollowedCampaign {
  private readonly api = inject(Api);
  private readonly id = signal('');
  private readonly samples = signal<readonly Sample[]>([]);

  readonly campaign = new Loaded<Campaign>(async (signal) => {
    const path = { campaign_id: this.id() };
    return (await this.api.platform('get', '/v1/campaigns/{campaign_id}', { path, signal })).body;
  });
  readonly statistics = new Loaded<CampaignStatistics>(async (signal) => {
    const path = { campaign_id: this.id() };
    const { body } = await this.api.platform('get', '/v1/campaigns/{campaign_id}/statistics', { path, signal });
    const statistics = body as CampaignStatistics;
    this.samples.update((samples) => sampled(samples, { at: Date.now(), done: doneOf(statistics.totals) }));
    return statistics;
  });

  readonly running = computed(() => RUNNING.has(this.campaign.value()?.state ?? 'draft'));
  /** Whether nothing can have been sent yet. */
  readonly waiting = computed(() => WAITING.has(this.campaign.value()?.state ?? 'draft'));
  readonly ended = computed(() => ENDED.has(this.campaign.value()?.state ?? 'draft'));
  readonly planned = computed(() => this.campaign.value()?.planned ?? this.statistics.value()?.totals.planned ?? 0);
  readonly done = computed(() => {
    const totals = this.statistics.value()?.totals;
    return totals ? doneOf(totals) : 0;
  });
  readonly pending = computed(() => (this.ended() ? 0 : Math.max(0, this.planned() - this.done())));
  /** Messages a second, null when it is not known or nothing is sent. */
  readonly rate = computed(() => {
    const campaign = this.campaign.value();
    if (!campaign || !this.running()) {
      return null;
    }
    // Of a campaign that stood still the average says nothing.
    const began = campaign.resumed_at ? null : campaign.started_at;
    return rateOf(this.samples()) ?? averageRate(this.done(), began, this.statistics.at());
  });
  readonly secondsLeft = computed(() => secondsLeft(this.pending(), this.rate()));
  /** Changes when numbers worth drawing anew have come: with every look at an ended campaign, else every half minute. */
  readonly drawing = computed(() => Math.floor(this.statistics.at() / (this.running() ? 30_000 : LATER * 1000)));

  follow(id: string): void {
    this.id.set(id);
    this.samples.set([]);
    const pause = (): number => (this.running() ? SOON : LATER);
    void this.campaign.follow(pause);
    void this.statistics.follow(pause);
  }

  async reload(): Promise<void> {
    this.samples.set([]);
    await Promise.all([this.campaign.reload(), this.statistics.reload()]);
  }
}
