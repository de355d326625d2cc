import type { Plan, Preflight, Remark } from '../src/app/core/api/documents.ts';
import type { components } from '../src/app/core/api/platform.generated.ts';
import { FILES } from './files.ts';
import { refusal, route } from './http.ts';
import { PEOPLE } from './people.ts';
import { PLANS, withPlan } from './plans.ts';
import { TEMPLATES, type Entry, makeVersion } from './templates.ts';

type Schemas = components['schemas'];

const CHECK_SECONDS = 4;
const APPROVAL_FROM = 50_000;
const remarks = new Map<string, Remark[]>();
const person = () => ({ id: PEOPLE[0]?.id ?? '', name: PEOPLE[0]?.name ?? '' });
const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null);

function preflight(plan: Plan, started: number): Preflight {
  const done = Date.now() - started > CHECK_SECONDS * 1000;
  const recipients = FILES.find((file) => file.file_id === plan.audience.file_id)?.account.accepted ?? 0;
  const suppressed = Math.floor(recipients * 0.004);
  const sendable = recipients - suppressed;
  const begins = plan.timing.local_time ? `${plan.timing.local_time.slice(0, 16)}:00.000Z` : new Date().toISOString();
  const insecure = (plan.content.html ?? '').includes('http://');
  const missing = (plan.content.html ?? '').includes('{{ nickname }}');
  return {
    campaign_id: plan.campaign_id ?? '',
    run: 1,
    state: done ? 'finished' : 'checking',
    reason: null,
    passed: done ? !missing : null,
    outdated: false,
    template_id: plan.content.template_id ?? '',
    template_version: plan.content.version ?? 1,
    file_id: plan.audience.file_id ?? '',
    campaign_revision: 1,
    tolerated_failures: 0,
    progress: { parts: 42, parts_done: Math.min(42, Math.floor(((Date.now() - started) / CHECK_SECONDS / 1000) * 42)) },
    started_at: new Date(started).toISOString(),
    finished_at: done ? new Date().toISOString() : null,
    report: done
      ? {
          recipients,
          sendable,
          suppressed: { total: suppressed, reasons: { unsubscribe: suppressed - 12, bounce: 12 } },
          render_failed: 0,
          largest_html_bytes: 18_204,
          largest_mail_bytes: 31_020,
          estimate: {
            starts_at: begins,
            ends_at: new Date(Date.parse(begins) + (sendable / 50) * 1000).toISOString(),
            seconds: sendable / 50,
            days: 1,
          },
          waves: plan.settings.canary
            ? [
                { recipients: plan.settings.canary.recipients ?? 500, at: null, ends_at: begins },
                { recipients: sendable - 500, at: null, ends_at: null },
              ]
            : [],
          time_zones: plan.timing.kind === 'local' ? { 'Europe/Berlin': sendable } : {},
          cost: { ses: '4.11', platform: '0.25', total: '4.36' },
          findings: [
            ...(missing
              ? [
                  {
                    code: 'field_missing',
                    severity: 'blocking',
                    message:
                      "No column gives the field 'nickname', and the template has no stand-in for it (`|default`).",
                    count: recipients,
                    examples: ['nickname'],
                  },
                ]
              : []),
            {
              code: insecure ? 'link_insecure' : 'field_empty',
              severity: 'warning',
              message: insecure
                ? 'A link begins with http:, which mail programs warn of.'
                : "The field 'first_name' is empty, and the template neither asks for it (`if`) nor has a stand-in (`|default`).",
              count: insecure ? 1 : 3_629,
              examples: insecure ? ['http://www.example.com/'] : ['ben@example.com', 'chiara@example.org'],
            },
          ],
        }
      : null,
  };
}

const started = new Map<string, number>();

function look(plan: Plan): Plan {
  const since = started.get(plan.plan_id);
  if (plan.status === 'checking' && since !== undefined) {
    plan.preflight = preflight(plan, since);
    if (plan.preflight.state === 'finished') {
      plan.status = 'checked';
      const recipients = (plan.preflight.report as { sendable?: number } | null)?.sendable ?? 0;
      plan.approval =
        recipients >= APPROVAL_FROM
          ? {
              required: true,
              recipients,
              asked_by: null,
              asked_at: null,
              asked_comment: null,
              decided_by: null,
              decided_at: null,
              decision: null,
              comment: null,
            }
          : null;
    }
  }
  return plan;
}

/** Completes the plan that goes at local times: it has been checked. */
function completeLocal(): void {
  const local = PLANS.find(({ plan_id }) => plan_id === 'pln_world');
  const [template] = TEMPLATES;
  if (!local || !template) {
    return;
  }
  local.audience.file_id = 'rcf_1';
  Object.assign(local.content, { template_id: template.template_id, version: template.versions.length });
  Object.assign(local.settings, {
    from_address: 'news@example.com',
    from_name: 'Greenhouse',
    subject: 'Lemons in bloom',
  });
  // The night in which clocks in Europe are set forward.
  local.timing = { kind: 'local', local_time: `${clockChange()}T02:30:00`, time_zone: 'Europe/Berlin' };
  local.campaign_id = 'cmp_2';
  local.preflight = preflight(local, Date.parse(local.updated_at) - 60_000);
}

/** The next last Sunday of March, as a date. */
function clockChange(): string {
  const now = new Date();
  const sunday = (year: number): Date => {
    const last = new Date(Date.UTC(year, 2, 31));
    last.setUTCDate(31 - last.getUTCDay());
    return last;
  };
  const here = sunday(now.getUTCFullYear());
  return (here > now ? here : sunday(now.getUTCFullYear() + 1)).toISOString().slice(0, 10);
}

/** Waves as the platform plans them, for three parts of the world. */
function waves(at: string, time_zone: string, recipients: number): Schemas['PlannedWavesDocument'] {
  const spread: [number, number, Schemas['ZoneDocument'][]][] = [
    [-10, 0.1, [{ time_zone: 'Australia/Brisbane', recipients: Math.floor(recipients * 0.1), clock_change: null }]],
    [
      -1,
      0.75,
      [
        { time_zone: 'Europe/Berlin', recipients: Math.floor(recipients * 0.5), clock_change: 'skipped' },
        { time_zone: 'Europe/Vienna', recipients: Math.floor(recipients * 0.2), clock_change: 'skipped' },
        { time_zone: '', recipients: Math.floor(recipients * 0.05), clock_change: null },
      ],
    ],
    [5, 0.15, [{ time_zone: 'America/Lima', recipients: Math.floor(recipients * 0.15), clock_change: null }]],
  ];
  const planned = spread.map(([hours, share, zones]) => {
    const moment = Date.parse(`${at}Z`) + hours * 3_600_000;
    return {
      at: new Date(moment).toISOString(),
      past: moment < Date.now(),
      recipients: Math.floor(recipients * share),
      zones,
    };
  });
  return { campaign_id: 'cmp_2', run: 1, outdated: false, at, time_zone, recipients, waves: planned };
}

/** Completes the plan that waits for approval: it has been checked, and its remarks are there. */
function completeWaiting(): void {
  const waiting = PLANS.find((plan) => plan.status === 'awaiting_approval');
  const [template] = TEMPLATES;
  if (!waiting?.approval || !template) {
    return;
  }
  waiting.audience.file_id = 'rcf_1';
  Object.assign(waiting.content, { template_id: template.template_id, version: template.versions.length });
  Object.assign(waiting.settings, {
    from_address: 'news@example.com',
    from_name: 'Greenhouse',
    subject: 'An evening among the lemon trees',
    preheader: 'With soup, for members only',
  });
  waiting.campaign_id = 'cmp_2';
  const at = waiting.approval.asked_at ?? '';
  waiting.preflight = preflight(waiting, Date.parse(at) - 60_000);
  waiting.approval.recipients = (waiting.preflight.report as { sendable: number } | null)?.sendable ?? 0;
  const [, jonas] = PEOPLE;
  remarks.set(waiting.plan_id, [
    {
      comment_id: 'rem_0',
      text: 'The picture of the hall is new.',
      by: { id: jonas?.id ?? '', name: jonas?.name ?? '' },
      at,
    },
  ]);
}

/** What is done with plans: content, check, test, approval, sending, remarks. */
export function addPlanActions(): void {
  completeWaiting();
  completeLocal();
  const root = '/plans/{plan_id}';
  const act = (action: string, work: (plan: Plan, body: Record<string, unknown>) => object | null): void => {
    route(`POST ${root}/${action}`, ({ path, body }) =>
      withPlan(path['plan_id'], (plan) => {
        const answer = work(plan, body);
        if (answer === null) {
          return refusal(409, 'not-checked', 'Not checked', 'Check the campaign first.');
        }
        plan.revision += 1;
        return { body: { ...plan, ...answer }, etag: `"${plan.revision}"` };
      }),
    );
  };
  route(`GET ${root}`, ({ path }) => withPlan(path['plan_id'], (plan) => ({ body: look(plan) })));
  act('content', (plan) => {
    const chosen = TEMPLATES.find((each) => each.template_id === plan.content.template_id);
    const base = chosen?.versions.at(-1);
    const html = plan.content.html ?? base?.html ?? '';
    const subject = plan.settings.subject ?? base?.document.subject ?? '';
    const own: Entry =
      chosen?.name === plan.name
        ? chosen
        : { template_id: `tpl_of_${plan.plan_id}`, name: plan.name, archived_at: null, versions: [] };
    if (!TEMPLATES.includes(own)) {
      TEMPLATES.unshift(own);
    }
    const made = makeVersion(own, subject, plan.settings.preheader ?? base?.document.preheader ?? null, html);
    if (made.status === 'ready') {
      Object.assign(plan.content, { template_id: own.template_id, version: made.version });
    }
    return { template_version: made };
  });
  act('check', (plan) => {
    started.set(plan.plan_id, Date.now());
    plan.status = 'checking';
    plan.campaign_id ??= 'cmp_2';
    plan.preflight = preflight(plan, Date.now());
    return {};
  });
  route('GET /platform/campaigns/{campaign_id}/preflight/waves', ({ query }) => {
    const local = PLANS.find(({ plan_id }) => plan_id === 'pln_world')?.preflight?.report as {
      sendable: number;
    } | null;
    return { body: waves(query.get('at') ?? '', query.get('time_zone') ?? 'UTC', local?.sendable ?? 0) };
  });
  route(`POST ${root}/test-sends`, ({ body }) => ({
    body: {
      items: ((body['addresses'] ?? []) as string[]).map((address) => ({
        address,
        status: address.startsWith('no') ? 'refused' : 'accepted',
        reason: address.startsWith('no') ? 'The address is suppressed.' : null,
      })),
    },
  }));
  act('approval', (plan, body) => {
    const recipients = (plan.preflight?.report as { sendable?: number } | null)?.sendable ?? 0;
    plan.status = 'awaiting_approval';
    plan.approval = {
      required: recipients >= APPROVAL_FROM,
      recipients,
      asked_by: person(),
      asked_at: new Date().toISOString(),
      asked_comment: text(body['comment']),
      decided_by: null,
      decided_at: null,
      decision: null,
      comment: null,
    };
    return {};
  });
  for (const decision of ['approved', 'rejected'] as const) {
    act(decision === 'approved' ? 'approve' : 'reject', (plan, body) => {
      plan.status = decision;
      if (plan.approval) {
        Object.assign(plan.approval, {
          decision,
          decided_by: person(),
          decided_at: new Date().toISOString(),
          comment: text(body['comment']),
        });
      }
      return {};
    });
  }
  act('send', (plan) => {
    if (plan.preflight?.passed !== true) {
      return null;
    }
    plan.status = plan.timing.kind === 'now' ? 'sent' : 'scheduled';
    return {};
  });
  route(`GET ${root}/comments`, ({ path }) => ({
    body: { items: remarks.get(path['plan_id'] ?? '') ?? [], next: null },
  }));
  route(`POST ${root}/comments`, ({ path, body }) => {
    const id = path['plan_id'] ?? '';
    const all = remarks.get(id) ?? [];
    const remark = {
      comment_id: `rem_${all.length}`,
      text: text(body['text']) ?? '',
      by: person(),
      at: new Date().toISOString(),
    };
    remarks.set(id, [...all, remark]);
    return { status: 201, body: remark };
  });
}
