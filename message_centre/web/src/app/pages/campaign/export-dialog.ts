import { ChangeDetectionStrategy, Component, DestroyRef, inject, signal } from '@angular/core';
import { FormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatProgressBar } from '@angular/material/progress-bar';
import { MatSelectModule } from '@angular/material/select';

import { Api } from '@core/api/api';
import type { Export, MessageStatus } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { ProblemPanel } from '@shared/problem-panel';
import { STATUSES } from '@shared/message-tone';

const SECONDS = 2;

/** Has the recipients of a campaign written into a file and offers it when it is ready. */
@Component({
  selector: 'mc-export',
  imports: [FormsModule, MatButton, MatDialogModule, MatFormFieldModule, MatProgressBar, MatSelectModule, ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ texts.t('campaign.export.title') }}</h2>
    <mat-dialog-content>
      <p>{{ texts.t('campaign.export.text') }}</p>
      <mat-form-field>
        <mat-label>{{ texts.t('campaign.export.which') }}</mat-label>
        <mat-select [(ngModel)]="status" [disabled]="busy()">
          <mat-option value="all">{{ texts.t('campaign.export.all') }}</mat-option>
          @for (status of statuses; track status) {
            <mat-option [value]="status">{{ texts.word('campaign.statuses', status) }}</mat-option>
          }
        </mat-select>
      </mat-form-field>
      <div role="status">
        @if (busy()) {
          <mat-progress-bar mode="indeterminate" [attr.aria-label]="texts.t('campaign.export.writing')" />
          <p>{{ texts.t('campaign.export.writing') }}</p>
        }
        @if (ordered(); as file) {
          @if (file.state === 'ready') {
            <p>{{ texts.t('campaign.export.ready', { count: file.rows ?? 0 }) }}</p>
          } @else if (file.state === 'failed') {
            <p>{{ texts.t('campaign.export.failed', { reason: file.reason ?? '' }) }}</p>
          }
        }
      </div>
      @if (problem(); as problem) {
        <mc-problem [problem]="problem" [retryable]="false" />
      }
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>{{ texts.t('core.close') }}</button>
      @if (ordered()?.url; as url) {
        <a matButton="filled" [href]="url" rel="noopener" download>{{ texts.t('campaign.export.download') }}</a>
      } @else {
        <button matButton="filled" type="button" [disabled]="busy()" (click)="order()">
          {{ texts.t('campaign.export.order') }}
        </button>
      }
    </mat-dialog-actions>
  `,
  styles: `
    mat-form-field {
      width: 100%;
    }
  `,
})
export class ExportDialog {
  protected readonly texts = inject(Texts);
  protected readonly statuses = STATUSES;
  protected readonly busy = signal(false);
  protected readonly ordered = signal<Export | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected status: MessageStatus | 'all' = 'all';

  private readonly api = inject(Api);
  private readonly campaignId = inject<string>(MAT_DIALOG_DATA);
  private over = false;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.over = true;
    });
  }

  protected async order(): Promise<void> {
    this.busy.set(true);
    this.problem.set(null);
    try {
      const { body } = await this.api.platform('post', '/v1/campaigns/{campaign_id}/exports', {
        path: { campaign_id: this.campaignId },
        body: { status: this.status === 'all' ? null : this.status, gzip: false },
        idempotencyKey: crypto.randomUUID(),
      });
      this.ordered.set(body);
      await this.wait(body.export_id);
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }

  private async wait(exportId: string): Promise<void> {
    const path = { campaign_id: this.campaignId, export_id: exportId };
    while (!this.over && this.ordered()?.state === 'writing') {
      await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
      const { body } = await this.api.platform('get', '/v1/campaigns/{campaign_id}/exports/{export_id}', { path });
      this.ordered.set(body);
    }
  }
}
