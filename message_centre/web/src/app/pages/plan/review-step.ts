import { ChangeDetectionStrategy, Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import { CircleAlert, CircleCheck, Send, TriangleAlert } from 'lucide';

import { Api } from '@core/api/api';
import type { RecipientFile } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { Confirm } from '@shared/confirm';
import { Icon } from '@shared/icon';
import { ProblemPanel } from '@shared/problem-panel';
import { Bar } from '../recipient-files/bar';
import { ApprovalPanel } from './approval-panel';
import { CommentsPanel } from './comments-panel';
import { FindingList } from './finding-list';
import { PlanStore } from './plan-store';
import type { Report } from './report';
import { StepFoot } from './step-foot';
import { missing } from './steps';
import { offsetLabel, resolve } from './wall-clock';

/** What the check found, what it costs, who approves it, and the button that sends. */
@Component({
  selector: 'mc-review-step',
  imports: [ApprovalPanel, Bar, CommentsPanel, FindingList, Icon, MatButton, ProblemPanel, RouterLink, StepFoot],
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

  protected readonly icons = { CircleAlert, CircleCheck, Send, TriangleAlert };
  protected readonly problem = signal<Problem | null>(null);
  protected readonly plan = computed(() => this.store.plan());
  protected readonly missing = computed(() => {
    const plan = this.plan();
    return plan ? missing(plan) : [];
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
    () => this.passed() && this.approved() && this.maySend() && !this.store.finished() && !this.store.unsent(),
  );
  /** Why the button to send does not work, null when it does. */
  protected readonly obstacle = computed(() => {
    const { t } = this.texts;
    if (this.store.finished()) {
      return null;
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
   * Null: it goes at recipients' own times, and ends with the last time zone.
   */
  private readonly shift = computed(() => {
    const timing = this.plan()?.timing;
    const begins = this.report()?.estimate?.starts_at;
    if (timing?.kind === 'local') {
      return null;
    }
    const at = timing?.local_time ? resolve(timing.local_time.slice(0, 16), timing.time_zone ?? 'UTC') : null;
    return at && begins ? Math.max(0, at.instant.getTime() - Date.parse(begins)) : 0;
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
    const ends = this.shifted(estimate.ends_at);
    return ends ? this.formats.dateTime(ends) : this.texts.t('plan.endsLocal');
  });
  /** When it goes, in words. */
  protected readonly when = computed(() => {
    const timing = this.plan()?.timing;
    if (!timing || timing.kind === 'now' || !timing.local_time) {
      return this.texts.t('plan.whenNow');
    }
    const zone = timing.time_zone ?? 'UTC';
    const instant = resolve(timing.local_time.slice(0, 16), zone)?.instant;
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
  protected readonly file = signal<RecipientFile | null>(null);

  constructor() {
    effect(() => {
      const fileId = this.plan()?.audience.file_id ?? null;
      untracked(() => void this.loadFile(fileId));
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
        t('plan.factEnds', { when: this.ends() }),
        t('plan.factCost', { cost: this.formats.money(report.cost.total) }),
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

  private async loadFile(fileId: string | null): Promise<void> {
    if (fileId === null || this.file()?.file_id === fileId) {
      return;
    }
    try {
      const { body } = await this.api.platform('get', '/v1/recipient-files/{file_id}', { path: { file_id: fileId } });
      this.file.set(body);
    } catch {
      // The summary then shows no name; the check says what is wrong.
    }
  }
}
