import type { Export, Timeline } from '../src/app/core/api/documents.ts';
import { statistics, withCampaign } from './campaigns.ts';
import { route } from './http.ts';

const FIVE_MINUTES = 300_000;
const exports = new Map<string, number>();

/** Deliveries in the first hour, then opens and clicks that fade away. */
function timeline(started: string | null, accepted: number): Timeline {
  const first = Math.floor((started ? Date.parse(started) : Date.now()) / FIVE_MINUTES) * FIVE_MINUTES;
  const points = accepted > 0 ? Math.min(120, Math.ceil((Date.now() - first) / FIVE_MINUTES) + 1) : 0;
  const sending = Math.min(points, 12);
  return {
    interval: '5m',
    zone: 'Europe/Berlin',
    end: new Date(first + points * FIVE_MINUTES).toISOString(),
    points: Array.from({ length: points }, (_, index) => {
      const fading = accepted * 0.05 * Math.exp(-index / 22);
      return {
        start: new Date(first + index * FIVE_MINUTES).toISOString(),
        counts: {
          delivery: index < sending ? Math.floor(accepted / sending) : 0,
          open: Math.floor(fading),
          click: Math.floor(fading / 6),
          bounce: index < sending ? Math.floor((accepted / sending) * 0.012) : 0,
        },
        machine: { open: Math.floor(index < 6 ? fading * 0.6 : fading * 0.1), click: Math.floor(fading / 40) },
      };
    }),
  };
}

export function addResults(): void {
  const root = '/platform/campaigns/{id}/statistics';
  route(`GET ${root}/timeline`, ({ path }) =>
    withCampaign(path['id'], (found) => ({
      body: { campaign_id: found.campaign_id, ...timeline(found.started_at, statistics(found).totals.accepted) },
    })),
  );
  route(`GET ${root}/links`, ({ path }) =>
    withCampaign(path['id'], (found) => {
      const { human_clicks, clicks } = statistics(found).totals;
      const shares: [string, number][] = [
        ['https://www.example.com/offers/december?utm_source=newsletter', 0.56],
        ['https://www.example.com/soups', 0.27],
        ['https://www.example.com/shops/berlin', 0.12],
        ['https://www.example.com/account/preferences', 0.05],
      ];
      const links = shares.map(([url, share]) => ({
        url,
        clicks: Math.floor(clicks * share),
        human_clicks: Math.floor(human_clicks * share),
        messages: Math.floor(human_clicks * share * 0.9),
      }));
      return { body: { campaign_id: found.campaign_id, links: clicks > 0 ? links : [] } };
    }),
  );
  route(`GET ${root}/bounces`, ({ path }) =>
    withCampaign(path['id'], (found) => {
      const { hard_bounced, soft_bounced } = statistics(found).totals;
      const cause = (bounce_type: string, bounce_subtype: string, diagnostic: string | null, events: number) => ({
        bounce_type,
        bounce_subtype,
        diagnostic,
        events,
      });
      const bounces = [
        cause(
          'Permanent',
          'General',
          'smtp; 550 5.1.1 The email account that you tried to reach does not exist',
          hard_bounced,
        ),
        cause(
          'Transient',
          'MailboxFull',
          'smtp; 452 4.2.2 The recipient’s inbox is out of storage space',
          soft_bounced,
        ),
      ].filter(({ events }) => events > 0);
      return { body: { campaign_id: found.campaign_id, bounces } };
    }),
  );
  const groups = (id: string | undefined, name: 'provider' | 'domain', names: string[]) =>
    withCampaign(id, (found) => {
      const { totals, rates } = statistics(found);
      const rows = names.map((entry, index) => ({
        [name]: entry,
        totals: { planned: Math.floor(totals.planned / (index + 2.2)) },
        rates: Object.fromEntries(
          Object.entries(rates).map(([rate, value]) => [rate, value === null ? null : value * (1 - index * 0.03)]),
        ),
      }));
      return { body: { campaign_id: found.campaign_id, [`${name}s`]: totals.accepted > 0 ? rows : [] } };
    });
  route(`GET ${root}/providers`, ({ path }) =>
    groups(path['id'], 'provider', ['Gmail', 'Microsoft', 'GMX', 'Yahoo', 'Other']),
  );
  route(`GET ${root}/domains`, ({ path }) =>
    groups(path['id'], 'domain', ['gmail.com', 'outlook.com', 'gmx.de', 'web.de', 'yahoo.com', 'posteo.de']),
  );
  route('POST /platform/campaigns/{id}/exports', ({ path }) => {
    const export_id = `exp_${exports.size + 1}`;
    exports.set(export_id, Date.now());
    return { status: 202, body: exported(path['id'] ?? '', export_id) };
  });
  route('GET /platform/campaigns/{id}/exports/{export_id}', ({ path }) => ({
    body: exported(path['id'] ?? '', path['export_id'] ?? ''),
  }));
}

/** Written for three seconds, then ready. */
function exported(campaign_id: string, export_id: string): Export {
  const ordered = exports.get(export_id) ?? 0;
  const ready = Date.now() - ordered > 3000;
  return {
    export_id,
    campaign_id,
    state: ready ? 'ready' : 'writing',
    reason: null,
    status: null,
    gzip: false,
    rows: ready ? 10_000 : null,
    url: ready ? '/favicon.svg' : null,
    created_at: new Date(ordered).toISOString(),
    finished_at: null,
    expires_at: null,
  };
}
