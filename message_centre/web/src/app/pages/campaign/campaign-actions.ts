import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { Router } from '@angular/router';
import { Archive, ArchiveRestore, CopyPlus, Ellipsis, MailQuestionMark, Pause, Play, X } from 'lucide';

import { Api, PathWith } from '@core/api/api';
import type { Campaign, Plan } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { Confirm, Confirmation } from '@shared/confirm';
import { haltReason } from '@shared/halt-reason';
import { Icon } from '@shared/icon';
import { ProblemPanel } from '@shared/problem-panel';
import { FollowedCampaign } from './followed-campaign';

type Step = Extract<PathWith<'post'>, `/v1/campaigns/{campaign_id}/${string}`>;

const PAUSABLE = new Set(['preparing', 'scheduled', 'sending']);
const STOPPED = new Set(['paused', 'halted']);
const CANCELLABLE = new Set(['preparing', 'scheduled', 'sending', 'paused', 'halted']);
const ARCHIVABLE = new Set(['finished', 'cancelled', 'failed']);

/** What the person may do with a campaign in its state; each step says before what it does, in numbers. */
@Component({
  selector: 'mc-campaign-actions',
  imports: [Icon, MatButton, MatIconButton, MatMenu, MatMenuItem, MatMenuTrigger, ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './campaign-actions.html',
  styles: `
    .menu-line {
      display: flex;
      gap: 12px;
      align-items: center;
    }
    mc-problem {
      margin-top: 12px;
    }
  `,
})
export class CampaignActions {
  readonly campaign = input.required<Campaign>();

  protected readonly texts = inject(Texts);
  private readonly formats = inject(Formats);
  private readonly session = inject(Session);
  private readonly followed = inject(FollowedCampaign);
  private readonly api = inject(Api);
  private readonly confirm = inject(Confirm);
  private readonly router = inject(Router);

  protected readonly icons = { Archive, ArchiveRestore, CopyPlus, Ellipsis, MailQuestionMark, Pause, Play, X };
  protected readonly problem = signal<Problem | null>(null);
  protected readonly can = computed(() => {
    const { state, archived_at, account } = this.campaign();
    const sender = this.session.may('sender');
    const author = this.session.may('author');
    return {
      pause: sender && PAUSABLE.has(state) && state !== 'scheduled',
      resume: sender && STOPPED.has(state),
      cancel: sender && CANCELLABLE.has(state),
      resend: sender && state === 'finished' && (account.unknown ?? 0) > 0,
      copy: author,
      archive: author && ARCHIVABLE.has(state) && !archived_at,
      unarchive: author && archived_at !== null,
    };
  });
  protected readonly more = computed(() => {
    const { resend, copy, archive, unarchive } = this.can();
    return resend || copy || archive || unarchive;
  });

  protected async pause(): Promise<void> {
    const { t } = this.texts;
    await this.ask('/v1/campaigns/{campaign_id}/pause', {
      title: t('campaign.confirm.pauseTitle'),
      text: t('campaign.confirm.pause', { count: this.followed.pending() }),
      action: t('campaign.actions.pause'),
      reason: t('campaign.confirm.reason'),
    });
  }

  protected async resume(): Promise<void> {
    const { t } = this.texts;
    const { state, reason } = this.campaign();
    const rate = this.followed.statistics.value()?.rates['bounce_rate'];
    await this.ask('/v1/campaigns/{campaign_id}/resume', {
      title: t('campaign.confirm.resumeTitle'),
      text: t('campaign.confirm.resume', { count: this.followed.pending() }),
      facts:
        state === 'halted'
          ? [
              t('campaign.confirm.resumeHalted', { reason: haltReason(reason, this.texts, this.formats) }),
              t('campaign.confirm.resumeBounces', { share: this.formats.percent(rate) }),
            ]
          : [],
      action: t('campaign.actions.resume'),
    });
  }

  protected async cancel(): Promise<void> {
    const { t } = this.texts;
    const sent = this.followed.statistics.value()?.totals.accepted ?? 0;
    const scheduled = this.campaign().state === 'scheduled';
    await this.ask('/v1/campaigns/{campaign_id}/cancel', {
      title: t(scheduled ? 'campaign.confirm.unscheduleTitle' : 'campaign.confirm.cancelTitle'),
      text: t('campaign.confirm.cancel', { count: this.followed.pending() }),
      facts: [
        sent > 0 ? t('campaign.confirm.cancelSent', { count: sent }) : t('campaign.confirm.cancelNone'),
        t('campaign.confirm.final'),
      ],
      action: t(scheduled ? 'campaign.actions.unschedule' : 'campaign.actions.cancel'),
      destructive: true,
      reason: t('campaign.confirm.reason'),
    });
  }

  protected async archive(): Promise<void> {
    const { t } = this.texts;
    await this.ask('/v1/campaigns/{campaign_id}/archive', {
      title: t('campaign.confirm.archiveTitle'),
      text: t('campaign.confirm.archive'),
      action: t('campaign.actions.archive'),
    });
  }

  protected async resend(): Promise<void> {
    const { t } = this.texts;
    const path = { campaign_id: this.campaign().campaign_id };
    await this.confirm.ask({
      title: t('campaign.confirm.resendTitle'),
      text: t('campaign.confirm.resend', { count: this.campaign().account.unknown ?? 0 }),
      action: t('campaign.actions.resend'),
      destructive: true,
      run: () =>
        this.api.platform('post', '/v1/campaigns/{campaign_id}/resend-unknown', {
          path,
          body: { confirm: 'may send twice' },
        }),
    });
    await this.followed.reload();
  }

  protected unarchive(): Promise<void> {
    return this.attempt(async () => {
      await this.step('/v1/campaigns/{campaign_id}/unarchive');
      await this.followed.reload();
    });
  }

  protected copy(): Promise<void> {
    return this.attempt(async () => {
      const { body: plan } = await this.api.call<Plan>('post', '/plans', {
        body: { from_campaign_id: this.campaign().campaign_id },
        idempotencyKey: crypto.randomUUID(),
      });
      await this.router.navigate(['/plans', plan.plan_id, 'audience']);
    });
  }

  private async ask(path: Step, confirmation: Omit<Confirmation, 'run'>): Promise<void> {
    const done = await this.confirm.ask({ ...confirmation, run: (reason) => this.step(path, reason) });
    if (done) {
      await this.followed.reload();
    }
  }

  private step(path: Step, reason = ''): Promise<unknown> {
    // Which steps take a reason is known to those who ask for one.
    const options: unknown = {
      path: { campaign_id: this.campaign().campaign_id },
      ...(reason ? { body: { reason } } : {}),
    };
    return this.api.platform('post', path, options as never);
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.problem.set(null);
    try {
      await work();
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    }
  }
}
