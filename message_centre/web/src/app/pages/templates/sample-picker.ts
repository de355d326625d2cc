import { ChangeDetectionStrategy, Component, computed, inject, model, output, signal } from '@angular/core';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';

import { Api } from '@core/api/api';
import type { RecipientFile } from '@core/api/documents';
import { Texts } from '@core/i18n/texts';
import { RecipientStepper } from './recipient-stepper';

/** The recipient of a file for whom a mail is shown. */
export interface SampleRow {
  readonly file_id: string;
  readonly row: number;
}
/** So many of the latest files are offered. */
const OFFERED = 100;

/** Chooses whose data a mail is shown with: made-up data, or that of a recipient of a file. */
@Component({
  selector: 'mc-sample-picker',
  imports: [MatFormFieldModule, MatSelectModule, RecipientStepper],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mat-form-field subscriptSizing="dynamic">
      <mat-label>{{ texts.t('templates.shownFor') }}</mat-label>
      <mat-select [value]="sample()?.file_id ?? ''" (valueChange)="choose($event)" (openedChange)="load()">
        <mat-option value="">{{ texts.t('templates.madeUp') }}</mat-option>
        @for (file of files(); track file.file_id) {
          <mat-option [value]="file.file_id">
            {{ file.name }}
            <span class="mc-muted">{{ texts.t('templates.recipientsOf', { count: file.account.accepted ?? 0 }) }}</span>
          </mat-option>
        }
      </mat-select>
      @if (failed()) {
        <mat-hint>{{ texts.t('templates.noFiles') }}</mat-hint>
      }
    </mat-form-field>
    @if (file(); as file) {
      <mc-recipient-stepper
        [fileId]="file.file_id"
        [row]="sample()?.row ?? 1"
        [total]="file.account.accepted ?? 0"
        (rowChange)="step($event)"
      />
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 8px 16px;
      align-items: center;
    }
    mat-form-field {
      flex: 1 1 220px;
      max-width: 420px;
    }
  `,
})
export class SamplePicker {
  /** Null: made-up data. */
  readonly sample = model.required<SampleRow | null>();

  /** The fields that the chosen file's recipients have. */
  readonly fields = output<readonly string[]>();

  private readonly api = inject(Api);
  protected readonly texts = inject(Texts);
  protected readonly files = signal<readonly RecipientFile[]>([]);
  protected readonly failed = signal(false);
  protected readonly file = computed(
    () => this.files().find(({ file_id }) => file_id === this.sample()?.file_id) ?? null,
  );

  /** Gets the files that can be chosen, once somebody wants to choose. */
  protected async load(): Promise<void> {
    if (this.files().length) return;
    try {
      const query = { status: 'ready' as const, limit: OFFERED };
      const { body } = await this.api.platform('get', '/v1/recipient-files', { query });
      this.files.set(body.items.filter(({ account }) => (account.accepted ?? 0) > 0));
      this.failed.set(false);
    } catch {
      this.failed.set(true);
    }
  }

  protected choose(fileId: string): void {
    this.sample.set(fileId ? { file_id: fileId, row: 1 } : null);
    this.fields.emit(Object.values(this.file()?.columns ?? {}));
  }

  protected step(row: number): void {
    const sample = this.sample();
    if (sample) this.sample.set({ ...sample, row });
  }
}
