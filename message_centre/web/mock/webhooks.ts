import { page, refusal, route, type Answer } from './http.ts';

const HOUR = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * HOUR).toISOString();
const KINDS = ['message.unsubscribed', 'message.bounced', 'campaign.state_changed', 'message.complained'];

interface Webhook extends Record<string, unknown> {
  webhook_id: string;
  state: string;
  revision: number;
}

const webhook = (number: number, name: string, url: string, more: Record<string, unknown> = {}): Webhook => ({
  webhook_id: `whk_${number}`,
  name,
  url,
  events: null,
  state: 'enabled',
  disabled_reason: null,
  disabled_at: null,
  delivered_at: ago(number * 0.2),
  failing_since: null,
  secret_made_at: ago(900),
  previous_secret_until: null,
  created_at: ago(900),
  created_by: 'key_1',
  revision: 1,
  ...more,
});
let webhooks = [
  webhook(1, 'CRM', 'https://crm.example.com/hooks/mail', { events: ['message.bounced', 'message.unsubscribed'] }),
  webhook(2, 'Shop', 'https://shop.example.com/api/events', { failing_since: ago(31), delivered_at: ago(31) }),
  webhook(3, 'Old data warehouse', 'https://warehouse.example.org/in', {
    state: 'disabled',
    disabled_reason: 'failing',
    disabled_at: ago(200),
    delivered_at: ago(320),
  }),
];

function delivery(webhookId: string, index: number) {
  const waiting = webhookId === 'whk_2' && index < 6;
  const failed = !waiting && index % 17 === 9;
  return {
    delivery_id: `dlv_${index}`,
    webhook_id: webhookId,
    event_id: `evt_${index}`,
    event_type: KINDS[index % KINDS.length] ?? '',
    state: waiting ? 'waiting' : failed ? 'failed' : 'delivered',
    attempts_made: waiting ? 4 : failed ? 11 : 1,
    next_attempt_at: waiting ? ago(-0.4) : null,
    delivered_at: waiting || failed ? null : ago(index * 3),
    last_status: waiting ? null : failed ? 500 : 200,
    last_error: waiting ? 'timeout' : null,
    created_at: ago(index * 3),
  };
}
const deliveries = new Map(
  webhooks.map((each) => [
    each.webhook_id,
    Array.from({ length: 130 }, (_, index) => delivery(each.webhook_id, index)),
  ]),
);

function shown({ revision, ...document }: Webhook, status = 200): Answer {
  return { status, body: document, etag: `"${revision}"` };
}

/** Answers with what `change` makes of the webhook of the path. */
function onWebhook(operation: string, change: (webhook: Webhook, body: Record<string, unknown>) => Answer): void {
  route(operation, ({ path, body, ifMatch }) => {
    const found = webhooks.find((each) => each.webhook_id === path['webhook_id']);
    if (!found) {
      return refusal(404, 'webhook-not-found', 'No such webhook', 'There is no such webhook.');
    }
    if (ifMatch && ifMatch !== `"${found.revision}"`) {
      return refusal(412, 'stale-revision', 'Changed meanwhile', 'Somebody else changed this webhook meanwhile.');
    }
    return change(found, body);
  });
}

function changed(found: Webhook, change: Record<string, unknown>): Answer {
  return shown(Object.assign(found, change, { revision: found.revision + 1 }));
}

const DONE: [actor: string, name: string, action: string, resource: string][] = [
  ['key_1', 'Message Centre', 'pause_campaign', '/v1/campaigns/cmp_3'],
  ['key_2', 'Shop', 'send_message', '/v1/messages'],
  ['key_1', 'Message Centre', 'create_template', '/v1/templates/tpl_1'],
  ['administrator', 'administrator', 'create_api_key', '/v1/api-keys/key_1'],
  ['key_2', 'Shop', 'delete_suppression', '/v1/suppressions/sha256:9f86d081'],
];
const audit = Array.from({ length: 160 }, (_, index) => {
  const [actor, actor_name, action, resource] = DONE[index % DONE.length] ?? ['', '', '', ''];
  const refused = index % 11 === 4;
  return {
    entry_id: `aud_${index}`,
    at: ago((index + 1) * 1.305),
    actor,
    actor_name,
    action,
    resource,
    request_id: `${actor === 'key_1' ? 'req' : 'other'}-${index}`,
    source: actor === 'key_1' ? null : '203.0.113.7',
    status: refused ? 403 : 200,
    problem: refused ? 'missing-scope' : null,
  };
});

/** Webhooks, what was delivered to them, and the audit log. */
export function addWebhooks(): void {
  const one = '/platform/webhooks/{webhook_id}';
  route('GET /platform/webhooks', ({ query }) =>
    page(
      webhooks.map((each) => shown(each).body),
      query,
    ),
  );
  route('POST /platform/webhooks', ({ body }) => {
    const url = String(body['url']);
    if (!url.startsWith('https://')) {
      const answer = refusal(422, 'invalid-input', 'Invalid input', 'Correct the marked fields.');
      return {
        ...answer,
        body: { ...(answer.body as object), errors: [{ pointer: '/url', detail: 'It begins with https://.' }] },
      };
    }
    const made = webhook(webhooks.length + 1, String(body['name']), url, {
      events: body['events'],
      delivered_at: null,
    });
    webhooks = [made, ...webhooks];
    deliveries.set(made.webhook_id, []);
    const answer = shown(made, 201);
    return { ...answer, body: { ...(answer.body as object), secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' } };
  });
  onWebhook(`GET ${one}`, (found) => shown(found));
  onWebhook(`PATCH ${one}`, changed);
  onWebhook(`DELETE ${one}`, (found) => {
    webhooks = webhooks.filter((each) => each !== found);
    return {};
  });
  onWebhook(`POST ${one}/enable`, (found) =>
    changed(found, { state: 'enabled', disabled_reason: null, disabled_at: null, failing_since: null }),
  );
  onWebhook(`POST ${one}/disable`, (found) =>
    changed(found, { state: 'disabled', disabled_reason: 'asked', disabled_at: ago(0) }),
  );
  onWebhook(`POST ${one}/rotate-secret`, (found) => {
    const answer = changed(found, { secret_made_at: ago(0), previous_secret_until: ago(-24) });
    return { ...answer, body: { ...(answer.body as object), secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' } };
  });
  onWebhook(`POST ${one}/test`, (found) => {
    const list = deliveries.get(found.webhook_id) ?? [];
    list.unshift({
      ...delivery(found.webhook_id, 0),
      delivery_id: `dlv_${crypto.randomUUID()}`,
      event_type: 'webhook.test',
      state: 'waiting',
      attempts_made: 0,
      next_attempt_at: ago(0),
      last_status: null,
      last_error: null,
      created_at: ago(0),
    });
    return { status: 202, body: list[0] };
  });
  route(`GET ${one}/deliveries`, ({ path, query }) => {
    const list = deliveries.get(path['webhook_id'] ?? '') ?? [];
    const state = query.get('state');
    return page(
      list.filter((each) => !state || each.state === state),
      query,
    );
  });
  const delivered = `${one}/deliveries/{delivery_id}`;
  route(`GET ${delivered}`, ({ path }) => {
    const found = deliveries.get(path['webhook_id'] ?? '')?.find((each) => each.delivery_id === path['delivery_id']);
    if (!found) {
      return refusal(404, 'delivery-not-found', 'No such delivery', 'There is no such delivery.');
    }
    if (found.state === 'waiting' && Date.parse(found.next_attempt_at ?? '') <= Date.now()) {
      Object.assign(found, { state: 'delivered', attempts_made: 1, last_status: 200, next_attempt_at: null });
    }
    const attempts = Array.from({ length: found.attempts_made }, (_, index) => ({
      at: ago(index),
      milliseconds: found.last_error ? 15_000 : 120 + index,
      status: found.last_status,
      error: found.last_error,
      answer: found.last_status === 500 ? '{"error": "database is read-only"}' : '',
    }));
    const data = { event_id: found.event_id, schema_version: 1, address: 'anna@example.com' };
    return {
      body: { ...found, attempts, body: JSON.stringify({ type: found.event_type, timestamp: found.created_at, data }) },
    };
  });
  route(`POST ${delivered}/redeliver`, ({ path }) => {
    const found = deliveries.get(path['webhook_id'] ?? '')?.find((each) => each.delivery_id === path['delivery_id']);
    Object.assign(found ?? {}, { state: 'waiting', next_attempt_at: ago(0), last_error: null });
    return { status: 202, body: found };
  });
  route('GET /platform/audit', ({ query }) =>
    page(
      audit.filter(
        (each) =>
          (!query.get('actor') || each.actor === query.get('actor')) &&
          (!query.get('action') || each.action === query.get('action')) &&
          (!query.get('since') || each.at >= String(query.get('since'))) &&
          (!query.get('until') || each.at < String(query.get('until'))),
      ),
      query,
    ),
  );
}
