import type {
  Account,
  Campaign,
  CampaignState,
  CampaignStatistics,
  Dashboard,
  Overview,
  Sender,
  Timeline,
  Totals,
} from '../src/app/core/api/documents.ts';
import { type Answer, page, refusal, route } from './http.ts';
import { PLANS } from './plans.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NAMES = [
  'Autumn catalogue',
  'New soups in November',
  'Garden club invitation',
  'Opening hours over the holidays',
  'Thank you for your order',
  'Members’ newsletter',
  'Workshop: bread and butter',
  'Harvest festival',
];
const since = (hours: number): string => new Date(Date.now() - hours * HOUR).toISOString();

function campaign(number: number, name: string, state: CampaignState, planned: number, hours: number): Campaign {
  const ended = ['finished', 'cancelled', 'failed'].includes(state);
  return {
    campaign_id: `cmp_${number}`,
    name,
    state,
    reason:
      state === 'halted'
        ? 'Reputation guard: 92 hard bounces among 1510 messages; with 95 % confidence that is more than 5 %, and the limit is 5 %.'
        : null,
    changed_by: 'crm',
    archived_at: null,
    template_id: 'tpl_1',
    template_version: 3,
    file_id: 'rcf_1',
    sender: { address: 'news@example.com', name: 'Greenhouse' },
    reply_to: null,
    topic: 'offers',
    rate_limit: null,
    send_at: state === 'scheduled' ? since(-26) : null,
    time_zone: 'Europe/Berlin',
    clock_change: null,
    recipient_local: false,
    canary: null,
    waves: [],
    planned,
    account: { planned, pending: 0, accepted: ended ? planned : 0, failed: 0, skipped: 0, unknown: 0, held: 0 },
    created_at: since(hours + 3),
    started_at: state === 'scheduled' || state === 'preparing' || state === 'draft' ? null : since(hours),
    resumed_at: null,
    finished_at: ended ? since(hours - 1) : null,
  };
}

export const CAMPAIGNS: Campaign[] = [
  campaign(1, 'December offers', 'sending', 41_233, 0.05),
  campaign(2, 'Winter sale: early access', 'scheduled', 128_400, 6),
  campaign(3, 'Survey after your visit', 'paused', 10_000, 5),
  campaign(4, 'Address check 2024', 'halted', 25_010, 30),
  ...Array.from({ length: 90 }, (_, index) =>
    campaign(
      index + 5,
      `${NAMES[index % NAMES.length] ?? ''} ${2026 - Math.floor(index / 8)}`,
      index % 11 === 3 ? 'cancelled' : 'finished',
      10_000 + ((index * 7919) % 90_000),
      40 + index * 60,
    ),
  ),
];

/** How many messages of a campaign are out by now: of one that is sending, 45 more each second. */
function out(found: Campaign): number {
  const planned = found.planned ?? 0;
  switch (found.state) {
    case 'sending':
      return Math.min(planned, Math.floor(((Date.now() - Date.parse(found.started_at ?? '')) / 1000) * 45));
    case 'paused':
      return Math.floor(planned * 0.38);
    case 'halted':
      return Math.floor(planned * 0.21);
    case 'cancelled':
      return Math.floor(planned * 0.6);
    case 'finished':
      return planned;
    default:
      return 0;
  }
}

export function statistics(found: Campaign): CampaignStatistics {
  const accepted = out(found);
  const share = (part: number): number => Math.floor(accepted * part);
  const hard = share(found.state === 'halted' ? 0.061 : 0.008);
  const totals: Totals = {
    planned: found.planned ?? 0,
    accepted,
    delivered: share(found.state === 'halted' ? 0.92 : 0.972),
    bounced: hard + share(0.006),
    hard_bounced: hard,
    soft_bounced: share(0.006),
    complained: share(0.0004),
    unsubscribed: share(0.003),
    opened: share(0.51),
    human_opened: share(0.34),
    clicked: share(0.09),
    human_clicked: share(0.061),
    by_status: {
      pending: ['cancelled', 'finished'].includes(found.state) ? 0 : (found.planned ?? 0) - accepted,
      skipped: found.state === 'cancelled' ? (found.planned ?? 0) - accepted : 0,
      delivered: share(0.971),
      bounced: hard + share(0.006),
      complained: share(0.0004),
    },
    bounces: { 'Permanent/General': hard, 'Transient/MailboxFull': share(0.006) },
    opens: share(0.83),
    human_opens: share(0.48),
    clicks: share(0.13),
    human_clicks: share(0.08),
    reasons: {},
  };
  return { campaign_id: found.campaign_id, totals, rates: rates(totals), definitions: {} };
}

function rates(totals: Totals): Record<string, number | null> {
  const over = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
  return {
    delivery_rate: over(totals.delivered, totals.accepted),
    bounce_rate: over(totals.bounced, totals.accepted),
    hard_bounce_rate: over(totals.hard_bounced, totals.accepted),
    complaint_rate: over(totals.complained, totals.delivered),
    unsubscribe_rate: over(totals.unsubscribed, totals.delivered),
    open_rate: over(totals.opened, totals.delivered),
    human_open_rate: over(totals.human_opened, totals.delivered),
    click_rate: over(totals.clicked, totals.delivered),
    human_click_rate: over(totals.human_clicked, totals.delivered),
    click_to_open_rate: over(totals.human_clicked, totals.human_opened),
  };
}

const ACCOUNT: Account = {
  sending: {
    enabled: true,
    status: 'HEALTHY',
    production: true,
    max_per_second: 50,
    max_24_hours: 200_000,
    sent_24_hours: 61_402,
  },
  reputation: {
    since: since(7 * 24),
    until: since(0),
    accepted: 212_480,
    delivered: 207_112,
    hard_bounced: 1_912,
    complained: 61,
    bounce_rate: 0.009,
    bounce_limit: 0.05,
    complaint_rate: 0.00029,
    complaint_limit: 0.001,
  },
};
export const SENDERS: Sender[] = [
  {
    domain: 'example.com',
    verified: true,
    dkim_status: 'SUCCESS',
    dkim_signing: true,
    mail_from: 'bounce.example.com',
    mail_from_status: 'SUCCESS',
  },
];

function days(count: number): Timeline {
  const first = Date.now() - count * DAY;
  return {
    interval: 'day',
    zone: 'Europe/Berlin',
    end: since(0),
    points: Array.from({ length: count }, (_, index) => {
      const sent = index % 4 === 1 ? 30_000 + ((index * 997) % 21_000) : 900 + ((index * 131) % 400);
      return {
        start: new Date(first + index * DAY).toISOString(),
        counts: {
          send: sent,
          delivery: Math.floor(sent * 0.97),
          open: Math.floor(sent * 0.45),
          click: Math.floor(sent * 0.08),
          bounce: Math.floor(sent * 0.012),
        },
        machine: { open: Math.floor(sent * 0.15), click: Math.floor(sent * 0.03) },
      };
    }),
  };
}

function overview(): Overview {
  const sum = statistics({ ...campaign(0, '', 'finished', 412_930, 1) });
  const other = statistics({ ...campaign(0, '', 'finished', 18_204, 1) });
  return {
    from: since(30 * 24),
    to: since(0),
    campaign: { totals: sum.totals, rates: sum.rates },
    transactional: { totals: other.totals, rates: other.rates },
    campaigns: [],
    timeline: days(30),
    definitions: {},
  };
}

function dashboard(): Dashboard {
  const numbered = (states: CampaignState[]) =>
    CAMPAIGNS.filter((entry) => states.includes(entry.state)).map((entry) => ({
      campaign: entry,
      statistics: statistics(entry),
    }));
  return {
    account: ACCOUNT,
    overview: overview(),
    running: numbered(['sending', 'paused', 'halted']),
    scheduled: CAMPAIGNS.filter((entry) => entry.state === 'scheduled'),
    recent: numbered(['finished']).slice(0, 5),
    senders: SENDERS,
    awaiting_approval: PLANS.filter((plan) => plan.status === 'awaiting_approval'),
    editing: PLANS.filter((plan) => plan.status === 'editing'),
    problems: [],
  };
}

/** The answer that `act` makes of the campaign. */
export function withCampaign(id: string | undefined, act: (found: Campaign) => Answer): Answer {
  const found = CAMPAIGNS.find((entry) => entry.campaign_id === id);
  return found
    ? { etag: '"1"', ...act(found) }
    : refusal(404, 'campaign-not-found', 'No such campaign', 'There is no campaign with this id.');
}

function move(id: string | undefined, from: CampaignState[], to: CampaignState): Answer {
  return withCampaign(id, (found) => {
    if (!from.includes(found.state)) {
      return refusal(409, 'invalid-state', 'Not in this state', `The campaign is ${found.state}.`);
    }
    found.state = to;
    return { status: 202, body: found };
  });
}

export function addCampaigns(): void {
  const root = '/platform/campaigns';
  route('GET /dashboard', () => ({ body: dashboard() }));
  route('GET /platform/account', () => ({ body: ACCOUNT }));
  route('GET /platform/statistics/overview', () => ({ body: overview() }));
  route(`GET ${root}`, ({ query }) => {
    const states = (query.get('state') ?? '').split(',').filter(Boolean);
    const name = (query.get('name') ?? '').toLowerCase();
    const found = CAMPAIGNS.filter(
      (entry) =>
        (states.length === 0 || states.includes(entry.state)) &&
        entry.name.toLowerCase().includes(name) &&
        (query.get('archived') === 'true') === (entry.archived_at !== null),
    );
    return page(query.get('sort') === 'created_at' ? [...found].reverse() : found, query);
  });
  route(`GET ${root}/{id}`, ({ path }) => withCampaign(path['id'], (body) => ({ body })));
  route(`GET ${root}/{id}/statistics`, ({ path }) =>
    withCampaign(path['id'], (found) => ({ body: statistics(found) })),
  );
  route(`POST ${root}/{id}/pause`, ({ path }) => move(path['id'], ['sending'], 'paused'));
  route(`POST ${root}/{id}/resume`, ({ path }) => move(path['id'], ['paused', 'halted'], 'sending'));
  route(`POST ${root}/{id}/cancel`, ({ path }) =>
    move(path['id'], ['scheduled', 'preparing', 'sending', 'paused', 'halted'], 'cancelled'),
  );
}
