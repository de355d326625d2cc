import type { Plan, RecipientFile } from '@core/api/documents';
import { resolve } from './wall-clock';

export const STEPS = ['audience', 'content', 'settings', 'review'] as const;
export type Step = (typeof STEPS)[number];

/** States in which nobody can be mailed by a file, now or later. */
const UNUSABLE: readonly RecipientFile['status'][] = ['rejected', 'failed', 'cancelled', 'deleting'];

/** What a plan lacks, by the part of the texts that says so. */
export type Lack = 'audience' | 'unusableFile' | 'content' | 'settings' | 'pastTime';

/** What besides the plan decides whether it is complete. */
export interface Circumstances {
  /** The plan's recipient file; null while it is not known. */
  readonly file: RecipientFile | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** When the time of a plan comes in the zone that it names; null: it goes at once, or no time is chosen. */
export function moment({ timing }: Plan): Date | null {
  return timing.kind !== 'now' && timing.local_time
    ? (resolve(timing.local_time.slice(0, 16), timing.time_zone ?? 'UTC')?.instant ?? null)
    : null;
}

/** What a step lacks, null when it has what a campaign needs of it. The review lacks nothing that could be filled in. */
export function lack(plan: Plan, step: Step, { file, now }: Circumstances): Lack | null {
  const finished = plan.status === 'sent' || plan.status === 'scheduled';
  switch (step) {
    case 'audience':
      if (plan.audience.file_id === null) return 'audience';
      return !finished && file?.file_id === plan.audience.file_id && UNUSABLE.includes(file.status)
        ? 'unusableFile'
        : null;
    case 'content':
      return plan.content.template_id === null && plan.content.html === null ? 'content' : null;
    case 'settings': {
      const { settings, timing, content } = plan;
      const subject = settings.subject !== null || content.template_id !== null;
      const time = timing.kind === 'now' || timing.local_time !== null;
      if (settings.from_address === null || !subject || !time) return 'settings';
      return !finished && (moment(plan)?.getTime() ?? now) < now ? 'pastTime' : null;
    }
    case 'review':
      return null;
  }
}

/** Whether a step is done. */
export function complete(plan: Plan, step: Step, circumstances: Circumstances): boolean {
  return step === 'review'
    ? plan.preflight?.passed === true && !plan.preflight.outdated
    : lack(plan, step, circumstances) === null;
}

/** What the steps before the review still lack. */
export function missing(plan: Plan, circumstances: Circumstances): { step: Step; lack: Lack }[] {
  return STEPS.flatMap((step) => {
    const found = lack(plan, step, circumstances);
    return found ? [{ step, lack: found }] : [];
  });
}
