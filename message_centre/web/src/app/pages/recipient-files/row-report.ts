import { ChangeDetectionStrategy, Component, effect, inject, input, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Download } from 'lucide';

import { Api } from '@core/api/api';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { detailIn } from './row-details';

export interface ReportRow {
  readonly line: number;
  /** Why the row was not accepted, or what is worth a look in an accepted one. */
  readonly word: string;
  readonly detail: string;
  readonly value: string;
}

export interface ReportRows {
  readonly items: readonly ReportRow[];
  readonly more: boolean;
}

/** The first rows of a file's report in a table, and the whole of it as a download. */
@Component({
  selector: 'mc-row-report',
  imports: [Icon, MatButton, ProblemPanel, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="mc-card-head">
      <h3>{{ texts.t(kind() === 'rejected' ? 'files.rejectedRows' : 'files.flaggedRows') }}</h3>
      <button matButton type="button" [disabled]="downloading()" (click)="download()">
        <mc-icon [icon]="downloadIcon" />{{ texts.t('files.downloadReport') }}
      </button>
    </div>
    @if (problem(); as problem) {
      <mc-problem [problem]="problem" (retry)="load()" />
    } @else if (rows(); as rows) {
      <div
        class="scroll"
        tabindex="0"
        role="group"
        [attr.aria-label]="texts.t(kind() === 'rejected' ? 'files.rejectedRows' : 'files.flaggedRows')"
      >
        <table>
          <thead>
            <tr>
              <th scope="col" class="number">{{ texts.t('files.line') }}</th>
              <th scope="col">{{ texts.t('files.why') }}</th>
              <th scope="col">{{ texts.t('files.value') }}</th>
            </tr>
          </thead>
          <tbody>
            @for (row of rows.items; track $index) {
              <tr>
                <td class="number">{{ formats.number(row.line) }}</td>
                <td>
                  {{ texts.word(kind() === 'rejected' ? 'files.reasons' : 'files.flagNames', row.word) }}
                  @if (row.detail) {
                    @let said = detail(row.detail);
                    <span class="detail" [lang]="said.lang">{{ said.text }}</span>
                  }
                </td>
                <td>
                  <code>{{ row.value }}</code>
                </td>
              </tr>
            }
          </tbody>
        </table>
      </div>
      @if (rows.more) {
        <p class="mc-muted">{{ texts.t('files.firstRows', { count: rows.items.length }) }}</p>
      }
    } @else {
      <mc-skeleton [count]="3" />
    }
  `,
  styles: `
    h3 {
      margin: 0;
      font-size: 0.9375rem;
      font-weight: 600;
    }
    .scroll {
      max-height: 480px;
      overflow: auto;
      border: 1px solid var(--mc-line);
      border-radius: 10px;
    }
    table {
      width: 100%;
      border-collapse: collapse;
      font-size: 0.875rem;
    }
    th {
      position: sticky;
      top: 0;
      background: var(--mat-sys-surface);
      color: var(--mat-sys-on-surface-variant);
      font-weight: 500;
      text-align: left;
    }
    th,
    td {
      padding: 8px 12px;
      border-bottom: 1px solid var(--mc-line);
      vertical-align: top;
    }
    .number {
      width: 1%;
      text-align: right;
      white-space: nowrap;
    }
    .detail {
      display: block;
      color: var(--mat-sys-on-surface-variant);
    }
    code {
      overflow-wrap: anywhere;
    }
  `,
})
export class RowReport {
  readonly fileId = input.required<string>();
  readonly kind = input.required<'rejected' | 'flagged'>();

  protected readonly detail = (detail: string) => detailIn(this.texts, detail);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly downloadIcon = Download;
  protected readonly rows = signal<ReportRows | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly downloading = signal(false);
  private readonly api = inject(Api);

  constructor() {
    effect(() => {
      this.fileId();
      this.kind();
      untracked(() => void this.load());
    });
  }

  protected async load(): Promise<void> {
    const fileId = this.fileId();
    this.problem.set(null);
    this.rows.set(null);
    try {
      const { body } = await this.api.call<ReportRows>('get', `/recipient-files/{file_id}/${this.kind()}-rows`, {
        path: { file_id: fileId },
        query: { limit: 200 },
      });
      if (fileId === this.fileId()) this.rows.set(body);
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    }
  }

  protected async download(): Promise<void> {
    this.downloading.set(true);
    try {
      const path = { file_id: this.fileId() };
      const { body } =
        this.kind() === 'rejected'
          ? await this.api.platform('get', '/v1/recipient-files/{file_id}/report', { path })
          : await this.api.platform('get', '/v1/recipient-files/{file_id}/flags', { path });
      location.assign(body.url);
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.downloading.set(false);
    }
  }
}
