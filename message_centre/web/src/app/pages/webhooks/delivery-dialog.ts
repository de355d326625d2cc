import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';

import { Api } from '@core/api/api';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Loaded } from '@shared/loaded';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { Attempt, Delivery, answerOf } from './webhook-state';

export interface OpenedDelivery {
  readonly delivery: Delivery;
  /** Whether its endpoint is enabled: else nothing can be delivered to it again. */
  readonly enabled: boolean;
}

const OPERATION = '/v1/webhooks/{webhook_id}/deliveries/{delivery_id}';

/** One event for an endpoint: each attempt with what came back, and what is sent. Closes with true when it goes again. */
@Component({
  selector: 'mc-delivery-dialog',
  imports: [MatButton, MatDialogModule, ProblemPanel, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ texts.word('webhooks.events', data.delivery.event_type) }}</h2>
    <mat-dialog-content tabindex="0">
      @if (loaded.value(); as whole) {
        <h3>{{ texts.t('webhooks.attemptsTitle') }}</h3>
        @if (whole.attempts.length) {
          <ol>
            @for (attempt of whole.attempts; track $index) {
              <li>
                <span>{{ formats.dateTime(attempt.at) }}</span>
                <strong>{{ answer(attempt) }}</strong>
                <span class="mc-muted">{{ texts.t('webhooks.took', { ms: attempt.milliseconds }) }}</span>
                @if (attempt.answer) {
                  <pre tabindex="0">{{ attempt.answer }}</pre>
                }
              </li>
            }
          </ol>
        } @else {
          <p class="mc-muted">{{ texts.t('webhooks.noAttempt') }}</p>
        }
        <h3>{{ texts.t('webhooks.sent') }}</h3>
        <pre tabindex="0">{{ indented(whole.body) }}</pre>
        <p class="mc-muted id">webhook-id {{ whole.event_id }}</p>
      } @else if (!loaded.problem()) {
        <mc-skeleton />
      }
      @if (problem() ?? loaded.problem(); as problem) {
        <mc-problem [problem]="problem" [retryable]="!loaded.value()" (retry)="loaded.reload()" />
      }
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      @if (data.enabled && (data.delivery.state !== 'waiting' || data.delivery.attempts_made)) {
        <button matButton type="button" [disabled]="busy()" (click)="redeliver()">
          {{ texts.t(data.delivery.state === 'waiting' ? 'webhooks.deliverNow' : 'webhooks.redeliver') }}
        </button>
      }
      <button matButton="filled" type="button" mat-dialog-close>{{ texts.t('core.close') }}</button>
    </mat-dialog-actions>
  `,
  styles: `
    h3 {
      margin: 8px 0 4px;
      font-size: 0.9375rem;
      color: var(--mat-sys-on-surface);
    }
    ol {
      margin: 0 0 16px;
      padding: 0;
      list-style: none;
    }
    li {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 16px;
      padding: 6px 0;
      border-bottom: 1px solid var(--mc-line);
    }
    li > strong {
      flex: 1 1 auto;
    }
    li:last-child {
      border-bottom: 0;
    }
    pre {
      flex: 1 0 100%;
      max-height: 280px;
      margin: 0;
      padding: 8px 12px;
      overflow: auto;
      border-radius: 10px;
      background: var(--mc-tint);
      color: var(--mat-sys-on-surface);
      font-size: 0.8125rem;
      white-space: pre-wrap;
      overflow-wrap: anywhere;
    }
    .id {
      margin: 4px 0 0;
      font-size: 0.8125rem;
      overflow-wrap: anywhere;
    }
  `,
})
export class DeliveryDialog {
  protected readonly data = inject<OpenedDelivery>(MAT_DIALOG_DATA);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly api = inject(Api);
  private readonly dialog = inject<MatDialogRef<DeliveryDialog, boolean>>(MatDialogRef);
  private readonly idempotencyKey = crypto.randomUUID();
  private readonly path = { webhook_id: this.data.delivery.webhook_id, delivery_id: this.data.delivery.delivery_id };

  protected readonly loaded = new Loaded(
    async (signal) => (await this.api.platform('get', OPERATION, { path: this.path, signal })).body,
  );
  protected readonly problem = signal<Problem | null>(null);
  protected readonly busy = signal(false);

  constructor() {
    void this.loaded.reload();
  }

  protected answer(attempt: Attempt): string {
    return answerOf(attempt, this.texts);
  }

  /** What is sent, with line breaks for a person. */
  protected indented(body: string): string {
    try {
      return JSON.stringify(JSON.parse(body), null, 2);
    } catch {
      return body;
    }
  }

  protected async redeliver(): Promise<void> {
    this.busy.set(true);
    this.problem.set(null);
    try {
      const options = { path: this.path, idempotencyKey: this.idempotencyKey };
      await this.api.platform('post', `${OPERATION}/redeliver`, options);
      this.dialog.close(true);
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }
}
