import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';

import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { ProblemPanel } from '@shared/problem-panel';
import { PlanStore } from './plan-store';

/** The approval of a second person: to ask for it, and to give or refuse it. */
@Component({
  selector: 'mc-approval-panel',
  imports: [MatButton, MatFormFieldModule, MatInput, ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (approval()?.asked_by; as by) {
      <p>
        {{ texts.t('plan.askedBy', { person: by.name, when: formats.dateTime(approval()!.asked_at) }) }}
      </p>
      @if (approval()!.asked_comment; as comment) {
        <blockquote>{{ comment }}</blockquote>
      }
    } @else {
      <p>{{ texts.t(approval()?.required ? 'plan.approvalNeeded' : 'plan.approvalOptional') }}</p>
    }
    @if (approval()?.decided_by; as by) {
      <p>
        <strong>{{ texts.word('plan.decisions', approval()!.decision ?? '') }}</strong>
        {{ texts.t('plan.decidedBy', { person: by.name, when: formats.dateTime(approval()!.decided_at) }) }}
      </p>
      @if (approval()!.comment; as comment) {
        <blockquote>{{ comment }}</blockquote>
      }
    }
    @if (action(); as action) {
      <mat-form-field>
        <mat-label>{{ texts.t('plan.approvalComment') }}</mat-label>
        <textarea
          matInput
          rows="2"
          maxlength="2000"
          [value]="comment()"
          (input)="comment.set($any($event.target).value)"
        >
        </textarea>
      </mat-form-field>
      <div class="mc-actions">
        @if (action === 'ask') {
          <button matButton="outlined" type="button" [disabled]="store.busy()" (click)="act('approval')">
            {{ texts.t('plan.ask') }}
          </button>
        } @else {
          <button matButton="filled" type="button" [disabled]="store.busy()" (click)="act('approve')">
            {{ texts.t('plan.approve', { count: approval()?.recipients ?? 0 }) }}
          </button>
          <button matButton="outlined" type="button" [disabled]="store.busy()" (click)="act('reject')">
            {{ texts.t('plan.reject') }}
          </button>
        }
      </div>
    } @else if (own()) {
      <p class="mc-muted">{{ texts.t('plan.ownRequest') }}</p>
    }
    @if (problem(); as problem) {
      <mc-problem [problem]="problem" [retryable]="false" />
    }
  `,
  styles: `
    p {
      margin: 0 0 8px;
    }
    blockquote {
      margin: 0 0 8px;
      padding: 4px 12px;
      border-left: 3px solid var(--mc-line);
      overflow-wrap: anywhere;
    }
    mat-form-field {
      width: 100%;
      margin-bottom: 8px;
    }
  `,
})
export class ApprovalPanel {
  protected readonly store = inject(PlanStore);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly session = inject(Session);

  protected readonly comment = signal('');
  protected readonly problem = signal<Problem | null>(null);
  protected readonly approval = computed(() => this.store.plan()?.approval ?? null);
  private readonly waits = computed(() => this.store.plan()?.status === 'awaiting_approval');
  /** Whether it waits for somebody else than the person who asked. */
  protected readonly own = computed(() => this.waits() && this.approval()?.asked_by?.id === this.session.person()?.id);
  protected readonly action = computed<'ask' | 'decide' | null>(() => {
    if (this.store.finished()) {
      return null;
    }
    if (this.waits()) {
      return !this.own() && this.session.may('sender') ? 'decide' : null;
    }
    const open = ['checked', 'rejected'].includes(this.store.plan()?.status ?? '');
    return open && this.store.plan()?.preflight?.passed === true && this.session.may('author') ? 'ask' : null;
  });

  protected async act(action: 'approval' | 'approve' | 'reject'): Promise<void> {
    this.problem.set(null);
    try {
      await this.store.act(action, { comment: this.comment().trim() || null });
      this.comment.set('');
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    }
  }
}
