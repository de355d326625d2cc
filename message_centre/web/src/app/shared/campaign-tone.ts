import type { CampaignState, PlanStatus } from '@core/api/documents';
import type { Tone } from './chip';

const CAMPAIGNS: Record<CampaignState, Tone> = {
  draft: 'neutral',
  preparing: 'active',
  scheduled: 'waiting',
  sending: 'active',
  paused: 'warning',
  finishing: 'active',
  finished: 'good',
  cancelled: 'neutral',
  halted: 'bad',
  failed: 'bad',
};
const PLANS: Record<PlanStatus, Tone> = {
  editing: 'neutral',
  checking: 'active',
  checked: 'neutral',
  awaiting_approval: 'warning',
  approved: 'good',
  rejected: 'bad',
  sent: 'good',
  scheduled: 'waiting',
};

/** The colour of a campaign's state; a state that is newer than this page is neutral. */
export function campaignTone(state: CampaignState): Tone {
  return (CAMPAIGNS as Partial<Record<string, Tone>>)[state] ?? 'neutral';
}

export function planTone(status: PlanStatus): Tone {
  return (PLANS as Partial<Record<string, Tone>>)[status] ?? 'neutral';
}
