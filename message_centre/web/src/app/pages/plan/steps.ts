import type { Plan } from '@core/api/documents';

export const STEPS = ['audience', 'content', 'settings', 'review'] as const;
export type Step = (typeof STEPS)[number];

/** Whether a step has what a campaign needs of it. */
export function complete(plan: Plan, step: Step): boolean {
  switch (step) {
    case 'audience':
      return plan.audience.file_id !== null;
    case 'content':
      return plan.content.template_id !== null || plan.content.html !== null;
    case 'settings':
      return (
        plan.settings.from_address !== null &&
        (plan.settings.subject !== null || plan.content.template_id !== null) &&
        (plan.timing.kind === 'now' || plan.timing.local_time !== null)
      );
    case 'review':
      return plan.preflight?.passed === true && !plan.preflight.outdated;
  }
}

/** The steps before the review that still lack something. */
export function missing(plan: Plan): Step[] {
  return STEPS.filter((step) => step !== 'review' && !complete(plan, step));
}
