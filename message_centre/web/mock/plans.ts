import type { Plan, PlanStatus } from '../src/app/core/api/documents.ts';
import { type Answer, page, refusal, route } from './http.ts';
import { PEOPLE } from './people.ts';

type Objects = Record<string, unknown>;

const [mara, jonas] = PEOPLE.map(({ id, name }) => ({ id, name }));

function plan(plan_id: string, name: string, status: PlanStatus, hours: number, by = mara): Plan {
  const at = new Date(Date.now() - hours * 3_600_000).toISOString();
  const person = by ?? { id: 'per_unknown', name: 'Somebody' };
  return {
    plan_id,
    revision: 1,
    name,
    status,
    created_by: person,
    created_at: at,
    updated_by: person,
    updated_at: at,
    audience: { file_id: null },
    content: { template_id: null, version: null, html: null, text: null },
    settings: {
      from_address: null,
      from_name: null,
      reply_to: null,
      subject: null,
      preheader: null,
      topic: null,
      rate_limit: null,
      canary: null,
      tolerated_failures: null,
    },
    timing: { kind: 'now', local_time: null, time_zone: null },
    campaign_id: null,
    preflight: null,
    approval:
      status === 'awaiting_approval'
        ? {
            required: true,
            recipients: 41233,
            asked_by: person,
            asked_at: at,
            asked_comment: 'Prices are checked with the shop.',
            decided_by: null,
            decided_at: null,
            decision: null,
            comment: null,
          }
        : null,
  };
}

export const PLANS: Plan[] = [
  plan('pln_winter', 'Winter catalogue', 'editing', 2),
  plan('pln_world', 'Lemon trees for the whole world', 'checked', 5),
  plan('pln_members', 'Members’ evening in January', 'awaiting_approval', 20, jonas),
];

/** Merges `change` into `into` as RFC 7396 says. */
function merge(into: Objects, change: Objects): void {
  for (const [name, value] of Object.entries(change)) {
    const old = into[name];
    if (isObject(value) && isObject(old)) {
      merge(old, value);
    } else {
      into[name] = value;
    }
  }
}

function isObject(value: unknown): value is Objects {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The answer that `act` makes of the plan, with its revision. */
export function withPlan(plan_id: string | undefined, act: (plan: Plan) => Answer): Answer {
  const found = PLANS.find((entry) => entry.plan_id === plan_id);
  if (!found) {
    return refusal(404, 'plan-not-found', 'No such plan', 'It was removed, or its address is misspelled.');
  }
  return { etag: `"${found.revision}"`, ...act(found) };
}

/** The plans, but for what is done with them (`plan-actions.ts`). */
export function addPlans(): void {
  route('GET /plans', ({ query }) => {
    const wanted = (query.get('status') ?? '').split(',').filter(Boolean);
    return page(
      PLANS.filter((entry) => wanted.length === 0 || wanted.includes(entry.status)),
      query,
    );
  });
  route('POST /plans', ({ body }) => {
    const made = plan(
      `pln_${PLANS.length}`,
      typeof body['name'] === 'string' ? body['name'] : 'Campaign',
      'editing',
      0,
    );
    PLANS.unshift(made);
    return { status: 201, body: made, etag: '"1"' };
  });
  route('PATCH /plans/{plan_id}', ({ path, body, ifMatch }) =>
    withPlan(path['plan_id'], (entry) => {
      if (ifMatch && ifMatch !== `"${entry.revision}"`) {
        return refusal(412, 'stale-revision', 'Changed meanwhile', 'Somebody else changed this.');
      }
      merge(entry, body);
      if (Object.keys(body).some((part) => part !== 'timing')) {
        entry.preflight = null;
        entry.status = 'editing';
      }
      entry.approval = null;
      entry.revision += 1;
      entry.updated_at = new Date().toISOString();
      return { body: entry, etag: `"${entry.revision}"` };
    }),
  );
  route('DELETE /plans/{plan_id}', ({ path, ifMatch }) =>
    withPlan(path['plan_id'], (entry) => {
      if (ifMatch && ifMatch !== `"${entry.revision}"`) {
        return refusal(412, 'stale-revision', 'Changed meanwhile', 'Somebody else changed this.');
      }
      PLANS.splice(PLANS.indexOf(entry), 1);
      return {};
    }),
  );
}
