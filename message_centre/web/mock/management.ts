import type { CentreSettings, Suppression } from '../src/app/core/api/documents.ts';
import { SENDERS } from './campaigns.ts';
import { page, refusal, route } from './http.ts';

const DAY = 86_400_000;
const REASONS = ['unsubscribe', 'bounce', 'complaint', 'manual'] as const;
const SCOPES = ['campaigns', 'all', 'all', 'topic:offers'];
let suppressions: Suppression[] = Array.from({ length: 230 }, (_, index) => ({
  address: `person${index * 37}@example.${index % 3 ? 'com' : 'org'}`,
  scope: SCOPES[index % 4] ?? 'all',
  reason: REASONS[index % 4] ?? 'manual',
  source: 'event',
  since: new Date(Date.now() - index * 0.7 * DAY).toISOString(),
}));

const key = (number: number, name: string, state: string, scopes: string[]) => ({
  key_id: `key_${number}`,
  name,
  scopes,
  state,
  created_at: new Date(Date.now() - number * 40 * DAY).toISOString(),
  created_by: 'administrator',
  expires_at: number === 2 ? new Date(Date.now() + 60 * DAY).toISOString() : null,
  rotated_at: null,
  old_secrets_until: null,
  revoked_at: state === 'revoked' ? new Date().toISOString() : null,
  last_used_at: number === 3 ? null : new Date(Date.now() - number * 3_600_000).toISOString(),
});
const keys = [
  key(1, 'Message Centre', 'active', ['admin']),
  key(2, 'Shop', 'active', ['read', 'send']),
  key(3, 'Old CRM', 'revoked', ['read', 'write']),
];

const settings: CentreSettings = {
  approval_from_recipients: 50_000,
  default_from_address: 'news@example.com',
  default_from_name: 'Greenhouse',
  default_time_zone: 'Europe/Berlin',
};

const record = (purpose: string, type: string, name: string, value: string, state: string, found: string[] = []) => ({
  purpose,
  type,
  name,
  value,
  state,
  found,
});

/** Suppressions, senders, API keys and settings. */
export function addManagement(): void {
  route('GET /platform/suppressions', ({ query }) => {
    const reason = query.get('reason');
    return page(
      suppressions.filter((entry) => !reason || entry.reason === reason),
      query,
    );
  });
  route('POST /platform/suppressions', ({ body }) => {
    const items = body['items'] as Suppression[];
    suppressions = [
      ...items.map((item) => ({ ...item, source: 'api', since: new Date().toISOString() })),
      ...suppressions,
    ];
    return {};
  });
  route('GET /platform/suppressions/{address}', ({ path }) => {
    const items = suppressions.filter((entry) => entry.address === path['address']);
    return items.length
      ? { body: { items } }
      : refusal(404, 'suppression-not-found', 'Not suppressed', 'The address is not suppressed.');
  });
  route('DELETE /platform/suppressions/{address}', ({ path, query }) => {
    suppressions = suppressions.filter(
      (entry) =>
        entry.address !== path['address'] ||
        entry.scope !== (query.get('scope') ?? 'all') ||
        entry.reason !== query.get('reason'),
    );
    return {};
  });
  route('GET /platform/senders', () => ({ body: { items: SENDERS } }));
  route('GET /platform/senders/{domain}', ({ path }) => ({
    body: {
      ...SENDERS[0],
      domain: path['domain'],
      dmarc_policy: 'none',
      records: [
        record('dkim', 'CNAME', 'abc._domainkey.example.com', 'abc.dkim.amazonses.com', 'found'),
        record('mail_from', 'MX', 'bounce.example.com', '10 feedback-smtp.eu-central-1.amazonses.com', 'found'),
        record('spf', 'TXT', 'bounce.example.com', 'v=spf1 include:amazonses.com ~all', 'missing'),
        record('dmarc', 'TXT', '_dmarc.example.com', 'v=DMARC1; p=quarantine', 'different', ['v=DMARC1; p=none']),
      ],
    },
  }));
  route('GET /platform/api-keys', ({ query }) => page(keys, query));
  route('GET /platform/api-keys/{key_id}', ({ path }) => ({
    body: keys.find((each) => each.key_id === path['key_id']),
  }));
  route('POST /platform/api-keys', ({ body }) => {
    const made = key(keys.length + 1, String(body['name']), 'active', body['scopes'] as string[]);
    keys.unshift(made);
    return { status: 201, body: { ...made, token: 'ep.key_made.4f1c2f9a7be34cd19d' } };
  });
  for (const action of ['rotate', 'revoke'] as const) {
    route(`POST /platform/api-keys/{key_id}/${action}`, ({ path }) => {
      const found = keys.find((each) => each.key_id === path['key_id']);
      if (!found) {
        return refusal(404, 'api-key-not-found', 'No such key', 'There is no such API key.');
      }
      if (action === 'revoke') {
        found.state = 'revoked';
      }
      return { body: { ...found, token: action === 'rotate' ? 'ep.key_made.9a7be34cd19d4f1c2f' : undefined } };
    });
  }
  route('GET /platform-key', () => ({ body: { key_id: 'key_1' } }));
  route('GET /settings', () => ({ body: settings, etag: '"1"' }));
  route('PATCH /settings', ({ body }) => ({ body: Object.assign(settings, body), etag: '"2"' }));
}
