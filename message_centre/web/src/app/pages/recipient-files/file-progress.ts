import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';

import { Api } from '@core/api/api';
import type { RecipientFile } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { ProblemPanel } from '@shared/problem-panel';
import { Bar } from './bar';
import { FileDrop } from './file-drop';
import { RowAccount } from './row-account';
import { Uploads } from './uploads';

/** How a recipient file gets on: its upload, its import, what became of its rows, and what can be done about it. */
@Component({
  selector: 'mc-file-progress',
  imports: [Bar, FileDrop, MatButton, MatFormFieldModule, MatSelectModule, ProblemPanel, RowAccount],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './file-progress.html',
  styles: `
    :host {
      display: grid;
      gap: 12px;
    }
    p {
      margin: 0;
    }
    .line {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 16px;
      justify-content: space-between;
    }
    .said {
      padding: 12px 16px;
      border-radius: 10px;
      background: var(--mc-tint);
    }
    .bad {
      background: color-mix(in srgb, var(--mat-sys-error) 10%, var(--mat-sys-surface));
    }
    .said .retry {
      margin-top: 12px;
    }
    .retry {
      display: flex;
      flex-wrap: wrap;
      gap: 8px 12px;
      align-items: center;
    }
    mat-form-field {
      flex: 1 1 220px;
      max-width: 340px;
    }
  `,
})
export class FileProgress {
  readonly file = input.required<RecipientFile>();
  /** The file was changed by a button here. */
  readonly changed = output();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly session = inject(Session);
  protected readonly mayWrite = computed(() => this.session.may('author'));
  private readonly api = inject(Api);
  private readonly uploads = inject(Uploads);

  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly upload = computed(() => this.uploads.of(this.file().file_id));
  protected readonly arrived = computed(() => this.uploads.arrived(this.file().file_id));
  protected readonly uploadText = computed(() => {
    const { sent, total, rate } = this.upload()?.progress ?? { sent: 0, total: 0, rate: null };
    return {
      sent: this.texts.t('files.sentOf', { sent: this.formats.bytes(sent), total: this.formats.bytes(total) }),
      left: rate ? this.texts.t('files.left', { left: this.formats.duration((total - sent) / rate) }) : '',
    };
  });
  protected readonly importText = computed(() => {
    const progress = this.file().progress;
    if (!progress) return { rows: '', left: '' };
    const { rows_per_second: rate, estimated_end: end } = progress;
    const left = end ? (Date.parse(end) - this.formats.now()) / 1000 : null;
    const speed = rate ? ` · ${this.texts.t('files.rate', { rows: this.formats.number(Math.round(rate)) })}` : '';
    return {
      rows: this.texts.t('files.rowsRead', { count: progress.rows }) + speed,
      left: left !== null && left > 1 ? this.texts.t('files.left', { left: this.formats.duration(left) }) : '',
    };
  });
  /** Columns to choose from where none holds addresses, or another one than was taken. */
  protected readonly columns = computed(() => {
    const { status, columns } = this.file();
    return status === 'rejected' ? Object.keys(columns) : [];
  });
  /** The one that was chosen. */
  protected readonly column = signal('');
  protected readonly importShare = computed(() => {
    const percent = this.file().progress?.percent;
    return percent === null || percent === undefined ? null : percent / 100;
  });

  protected uploadAgain(): Promise<void> {
    return this.act(() => this.uploads.again(this.file().file_id));
  }

  protected resume(file: File): Promise<void> {
    return this.act(() => this.uploads.resume(this.file().file_id, file));
  }

  protected stop(): Promise<void> {
    return this.act(async () => {
      this.uploads.abort(this.file().file_id);
      const path = { file_id: this.file().file_id };
      await this.api.platform('post', '/v1/recipient-files/{file_id}/cancel', { path });
    });
  }

  protected retry(column: string): Promise<void> {
    return this.act(async () => {
      const path = { file_id: this.file().file_id };
      this.column.set('');
      const body = column.trim() ? { address_column: column.trim() } : {};
      await this.api.platform('post', '/v1/recipient-files/{file_id}/retry', { path, body });
    });
  }

  private async act(work: () => Promise<unknown>): Promise<void> {
    this.busy.set(true);
    this.problem.set(null);
    try {
      await work();
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
      this.changed.emit();
    }
  }
}
