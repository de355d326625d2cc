import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import { CircleAlert, CircleCheck, Send, TriangleAlert } from 'lucide';

import { Api } from '@core/api/api';
import type { PlannedWaves } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { Confirm } from '@shared/confirm';
import { Icon } from '@shared/icon';
import { Loaded } from '@shared/loaded';
import { ProblemPanel } from '@shared/problem-panel';
import { Bar } from '../recipient-files/bar';
import { Skeleton } from '@shared/skeleton';
import { draftRender } from '../templates/draft-render';
import { ApprovalPanel } from './approval-panel';
import { Audience } from './audience';
import { CommentsPanel } from './comments-panel';
import { FindingList } from './finding-list';
import { LocalWaves } from './local-waves';
import { PlanStore } from './plan-store';
import { endOfWaves } from './planned-waves';
import type { Report } from './report';
import { StepFoot } from './step-foot';
import { missing, moment } from './steps';
import { offsetLabel } from './wall-clock';

/** What the check found, what it costs, who approves it, and the button that sends. */
@Component({
  selector: 'mc-review-step',
  imports: [
    ApprovalPanel,
    Bar,
    CommentsPanel,
    FindingList,
    Icon,
    LocalWaves,
    MatButton,
    NgTemplateOutlet,
    ProblemPanel,
    RouterLink,
    Skeleton,
    StepFoot,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './review-step.html',
  styleUrls: ['./choices.scss', './review-step.scss'],
})
export default class ReviewStep {
  private readonly api = inject(Api);
  private readonly confirm = inject(Confirm);
  private readonly router = inject(Router);
  private readonly session = inject(Session);
  protected readonly store = inject(PlanStore);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);

  protected readonly inWords = (source: string): string => draftRender(source, false);
  protected readonly icons = { CircleAlert, CircleCheck, Send, TriangleAlert };
  protected readonly problem = signal<Problem | null>(null);
  protected readonly plan = computed(() => this.store.plan());
  protected readonly missing = computed(() => {
    const plan = this.plan();
    return plan ? missing(plan, { file: this.file(), now: this.formats.now() }) : [];
  });
  protected readonly preflight = computed(() => {
    const preflight = this.plan()?.preflight ?? null;
    return preflight && !preflight.outdated ? preflight : null;
  });
  protected readonly report = computed(() => (this.preflight()?.report ?? null) as Report | null);
  protected readonly checking = computed(() => this.plan()?.status === 'checking');
  protected readonly progress = computed(() => {
    const { parts = 0, parts_done: done = 0 } = this.preflight()?.progress ?? {};
    return parts ? done / parts : null;
  });
  protected readonly passed = computed(() => this.preflight()?.passed === true);
  protected readonly sendable = computed(() => this.report()?.sendable ?? 0);
  protected readonly approved = computed(() => {
    const approval = this.plan()?.approval;
    return !approval?.required || approval.decision === 'approved';
  });
  protected readonly maySend = computed(() => this.session.may('sender'));
  protected readonly ready = computed(
    () =>
      this.passed() &&
      this.approved() &&
      this.maySend() &&
      !this.missing().length &&
      !this.store.finished() &&
      !this.store.unsent(),
  );
  /** Why the button to send does not work, null when it does. */
  protected readonly obstacle = computed(() => {
    const { t } = this.texts;
    if (this.store.finished()) {
      return null;
    }
    const [first] = this.missing();
    if (first) {
      return t(`plan.missing.${first.lack}`);
    }
    if (!this.passed()) {
      return t(this.preflight() && !this.checking() ? 'plan.blockedFirst' : 'plan.checkFirst');
    }
    if (!this.approved()) {
      return t('plan.approvalFirst', { count: this.sendable() });
    }
    return this.maySend() ? null : t('plan.noRight');
  });
  /**
   * By how many milliseconds what the check estimated lies later: it reckons as if the campaign were sent at once.
   * Null: it goes at recipients' own times; see `local`.
   */
  private readonly shift = computed(() => {
    const timing = this.plan()?.timing;
    const begins = this.report()?.estimate?.starts_at;
    if (timing?.kind === 'local') {
      return null;
    }
    const plan = this.plan();
    const at = plan && moment(plan);
    return at && begins ? Math.max(0, at.getTime() - Date.parse(begins)) : 0;
  });
  protected readonly waves = computed(() =>
    (this.report()?.waves ?? []).map(({ recipients, at, ends_at: ends }) => ({
      recipients,
      at: this.shifted(at),
      ends: this.shifted(ends),
    })),
  );
  protected readonly ends = computed(() => {
    const estimate = this.report()?.estimate;
    if (!estimate) {
      return this.texts.t('plan.never');
    }
    const waves = this.local.value();
    const ends =
      this.shift() === null
        ? waves && new Date(endOfWaves(waves, estimate.seconds, this.formats.now())).toISOString()
        : this.shifted(estimate.ends_at);
    return ends ? this.formats.dateTime(ends) : null;
  });
  /** When it goes, in words. */
  protected readonly when = computed(() => {
    const plan = this.plan();
    const timing = plan?.timing;
    if (!timing || timing.kind === 'now' || !timing.local_time) {
      return this.texts.t('plan.whenNow');
    }
    const zone = timing.time_zone ?? 'UTC';
    const instant = moment(plan);
    const time = this.formats.wallClock(timing.local_time);
    return timing.kind === 'local'
      ? this.texts.t('plan.whenLocal', { time })
      : this.texts
          .t('plan.whenAt', {
            time,
            zone: zone.replaceAll('_', ' '),
            offset: instant && zone !== 'UTC' ? `(${offsetLabel(instant, zone)})` : '',
          })
          .trim();
  });
  protected readonly suppressedBy = computed(() =>
    Object.entries(this.report()?.suppressed.reasons ?? {})
      .map(([reason, count]) => `${this.texts.word('suppressions.reasons', reason)}: ${this.formats.number(count)}`)
      .join(', '),
  );
  protected readonly file = inject(Audience).file;
  /** The subject as the plan has it; null: that of the chosen template. */
  protected readonly subject = computed(() => {
    const subject = this.plan()?.settings.subject ?? null;
    return subject && draftRender(subject, false);
  });
  /** What the waves at local times depend on; null: the mail does not go so, or it is not known yet to whom. */
  private readonly localTimes = computed(() => {
    const { campaign_id: campaign, timing } = this.plan() ?? {};
    const run = this.report() && this.preflight()?.run;
    return campaign && run && timing?.kind === 'local' && timing.local_time
      ? { campaign, run, at: timing.local_time.slice(0, 16), zone: timing.time_zone ?? 'UTC' }
      : null;
  });
  /** Which recipients get the mail when, as the platform would schedule it now. */
  protected readonly local = new Loaded<PlannedWaves | null>(async (signal) => {
    const times = this.localTimes();
    if (!times) {
      return null;
    }
    const path = { campaign_id: times.campaign };
    const query = { at: `${times.at}:00`, time_zone: times.zone };
    return (await this.api.platform('get', '/v1/campaigns/{campaign_id}/preflight/waves', { path, query, signal }))
      .body;
  });

  constructor() {
    effect(() => {
      this.localTimes();
      untracked(() => {
        this.local.value.set(null);
        void this.local.reload();
      });
    });
  }

  private shifted(moment: string | null): string | null {
    const shift = this.shift();
    return moment === null || shift === null ? null : new Date(Date.parse(moment) + shift).toISOString();
  }

  protected async check(): Promise<void> {
    this.problem.set(null);
    try {
      await this.store.act('check');
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    }
  }

  protected async send(): Promise<void> {
    const plan = this.plan();
    const report = this.report();
    if (!plan || !report || !this.ready()) {
      return;
    }
    const { t } = this.texts;
    const count = report.sendable;
    const now = plan.timing.kind === 'now';
    const from = plan.settings.from_name
      ? `${plan.settings.from_name} <${plan.settings.from_address ?? ''}>`
      : (plan.settings.from_address ?? '');
    const done = await this.confirm.ask({
      title: t(now ? 'plan.sendTitle' : 'plan.scheduleTitle', { count }),
      text: t(now ? 'plan.sendText' : 'plan.scheduleText', { count, when: this.when() }),
      facts: [
        t('plan.factFrom', { from }),
        ...(this.subject() ? [t('plan.factSubject', { subject: this.subject() ?? '' })] : []),
        ...(this.ends() ? [t('plan.factEnds', { when: this.ends() ?? '' })] : []),
        t('plan.factCost', { cost: this.formats.smallMoney(report.cost.total) }),
        ...(report.suppressed.total ? [t('plan.factSuppressed', { count: report.suppressed.total })] : []),
        ...(report.render_failed ? [t('plan.factFailed', { count: report.render_failed })] : []),
      ],
      action: t(now ? 'plan.sendAction' : 'plan.scheduleAction', { count }),
      run: () => this.store.act('send', { recipients: count }),
    });
    const campaign = this.store.plan()?.campaign_id;
    if (done && campaign) {
      await this.router.navigate(['/campaigns', campaign]);
    } else if (!done) {
      // The number may be another one now, or somebody else was faster.
      void this.store.look().catch(() => undefined);
    }
  }
}
