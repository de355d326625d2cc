import type {
  Activity,
  Campaign,
  CampaignMessage,
  Message,
  MessageStatus,
  ReceivedMessage,
} from '../src/app/core/api/documents.ts';
import { CAMPAIGNS, statistics, withCampaign } from './campaigns.ts';
import { page, refusal, route } from './http.ts';
import { PEOPLE } from './people.ts';

const FIRST = ['anna', 'ben', 'clara', 'deniz', 'emil', 'fatma', 'georg', 'hanna', 'igor', 'julia', 'kemal', 'lena'];
const LAST = ['arslan', 'becker', 'conrad', 'dietrich', 'ebert', 'fischer', 'gross', 'hoffmann', 'ivanova', 'jung'];
const DOMAINS = ['gmail.com', 'gmx.de', 'outlook.com', 'web.de', 'posteo.de', 'yahoo.com'];
const SECOND = 1000;

function pick<T>(from: readonly T[], number: number): T {
  return from[number % from.length] as T;
}

function statusOf(number: number, accepted: number, found: Campaign): MessageStatus {
  if (number >= accepted) {
    return found.state === 'cancelled' ? 'skipped' : 'pending';
  }
  return number % 71 === 7 ? 'bounced' : number % 997 === 8 ? 'complained' : 'delivered';
}

function addressOf(number: number): string {
  return `${pick(FIRST, number)}.${pick(LAST, Math.floor(number / 12))}${number}@${pick(DOMAINS, number * 7)}`;
}

/** The number-th message of a campaign, always the same one. */
function message(found: Campaign, number: number, accepted: number): CampaignMessage {
  const status = statusOf(number, accepted, found);
  const sent = Date.parse(found.started_at ?? new Date().toISOString()) + (number / 45) * SECOND;
  const at = (later: number): string => new Date(sent + later * SECOND).toISOString();
  const out = status !== 'pending' && status !== 'skipped';
  const opened = status === 'delivered' && number % 3 === 0;
  const clicked = opened && number % 4 === 0;
  return {
    message_id: `msg_${found.campaign_id}_${number}`,
    campaign_id: found.campaign_id,
    address: addressOf(number),
    status,
    reason: status === 'skipped' ? 'campaign_cancelled' : null,
    provider_id: out ? `0102-${number}` : null,
    created_at: found.created_at,
    accepted_at: out ? at(0) : null,
    delivered_at: status === 'delivered' || status === 'complained' ? at(2) : null,
    bounced_at: status === 'bounced' ? at(3) : null,
    bounce_type: status === 'bounced' ? 'Permanent' : null,
    bounce_subtype: status === 'bounced' ? 'General' : null,
    complained_at: status === 'complained' ? at(4000) : null,
    unsubscribed_at: null,
    unknown_since: null,
    held_at: null,
    released_at: null,
    opens: opened ? 1 + (number % 2) : 0,
    human_opens: opened ? 1 : 0,
    first_opened_at: opened ? at(900) : null,
    clicks: clicked ? 2 : 0,
    human_clicks: clicked ? 1 : 0,
    first_clicked_at: clicked ? at(960) : null,
  };
}

function history(entry: CampaignMessage): Message {
  const events: Message['events'] = [];
  const add = (kind: Message['events'][number]['kind'], at: string | null, more: object = {}): void => {
    if (at) {
      events.push({
        kind,
        at,
        recipient: entry.address,
        link: null,
        user_agent: null,
        ip_address: null,
        bounce_type: null,
        bounce_subtype: null,
        diagnostic: null,
        machine: null,
        machine_reasons: [],
        rules: 3,
        ...more,
      });
    }
  };
  add('send', entry.accepted_at);
  add('delivery', entry.delivered_at);
  add('bounce', entry.bounced_at, { diagnostic: 'smtp; 550 5.1.1 The email account does not exist' });
  add('open', entry.first_opened_at, { machine: false, user_agent: 'Mozilla/5.0 (via ggpht.com GoogleImageProxy)' });
  add('click', entry.first_clicked_at, { machine: false, link: 'https://www.example.com/soups' });
  const life: [string, string | null][] = [
    ['created', entry.created_at],
    ['accepted', entry.accepted_at],
    ['delivered', entry.delivered_at],
    ['bounced', entry.bounced_at],
    ['opened', entry.first_opened_at],
    ['clicked', entry.first_clicked_at],
    ['complained', entry.complained_at],
  ];
  return { ...entry, history: life.filter(([, at]) => at).map(([event, at]) => ({ event, at })), events };
}

function activity(): Activity[] {
  const actions: [string, string][] = [
    ['create_plan', '/plans/pln_winter'],
    ['ask_approval', '/plans/pln_members'],
    ['pause_campaign', '/campaigns/cmp_3'],
    ['send_plan', '/plans/pln_members'],
    ['create_template', '/templates/tpl_1'],
  ];
  return Array.from({ length: 70 }, (_, index) => {
    const [action, target] = pick(actions, index);
    const { id, name } = pick(PEOPLE, index);
    return {
      activity_id: `act_${index}`,
      at: new Date(Date.now() - (index + 1) * 4_700 * SECOND).toISOString(),
      person: { id, name },
      action,
      target,
      target_name: index % 3 ? null : pick(['Winter catalogue', 'Members’ evening'], index),
      plan_id: null,
      detail: null,
      request_id: `req-${index}`,
    };
  });
}

export function addMessages(): void {
  route('GET /platform/campaigns/{id}/messages', ({ path, query }) =>
    withCampaign(path['id'], (found) => {
      const { accepted } = statistics(found).totals;
      const status = query.get('status');
      const address = query.get('address');
      const prefix = query.get('address_prefix');
      const all = Array.from({ length: found.planned ?? 0 }, (_, number) => number).filter(
        (number) =>
          (!status || statusOf(number, accepted, found) === status) &&
          (!address || addressOf(number) === address) &&
          (!prefix || addressOf(number).startsWith(prefix)),
      );
      const { items, next } = page(all, query).body as { items: number[]; next: string | null };
      return { body: { items: items.map((number) => message(found, number, accepted)), next } };
    }),
  );
  route('GET /platform/messages/{id}', ({ path }) => {
    const [, campaign, number] = /^msg_(cmp_\d+)_(\d+)$/.exec(path['id'] ?? '') ?? [];
    const found = CAMPAIGNS.find((entry) => entry.campaign_id === campaign);
    return found
      ? { body: history(message(found, Number(number), statistics(found).totals.accepted)) }
      : refusal(404, 'message-not-found', 'No such message', 'There is no message with this id.');
  });
  route('GET /platform/recipients/{address}/messages', ({ path, query }) => {
    const number = Number(/(\d+)@/.exec(path['address'] ?? '')?.[1] ?? Number.NaN);
    const got: ReceivedMessage[] = Number.isNaN(number)
      ? []
      : CAMPAIGNS.filter(({ state }) => state === 'finished')
          .slice(0, 6)
          .map((found) => ({ ...message(found, number, found.planned ?? 0), kind: 'campaign' as const }));
    return page(got, query);
  });
  route('GET /activity', ({ query }) =>
    page(
      activity().filter(({ person }) => !query.get('person') || person.id === query.get('person')),
      query,
    ),
  );
}
