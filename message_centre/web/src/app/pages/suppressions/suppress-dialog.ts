import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';

import { Api } from '@core/api/api';
import type { Suppression } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { ProblemPanel } from '@shared/problem-panel';
import { addressesOf } from '../plan/addresses';

/** The platform takes so many addresses at a time. */
const AT_A_TIME = 1_000;

/** Suppresses one address or a pasted list; closes with whether it did. */
@Component({
  selector: 'mc-suppress-dialog',
  imports: [MatButton, MatDialogModule, MatFormFieldModule, MatInput, MatSelectModule, ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ texts.t('suppressions.add') }}</h2>
    <form (submit)="$event.preventDefault(); suppress()">
      <mat-dialog-content>
        <p>{{ texts.t('suppressions.addText') }}</p>
        <mat-form-field>
          <mat-label>{{ texts.t('suppressions.addresses') }}</mat-label>
          <textarea matInput rows="6" cdkFocusInitial [value]="typed()" (input)="typed.set($any($event.target).value)">
          </textarea>
          <mat-hint>{{ texts.t('suppressions.counted', { count: addresses().length }) }}</mat-hint>
        </mat-form-field>
        <div class="pair">
          <mat-form-field>
            <mat-label>{{ texts.t('suppressions.reason') }}</mat-label>
            <mat-select [value]="reason()" (valueChange)="reason.set($event)">
              @for (each of reasons; track each) {
                <mat-option [value]="each">{{ texts.word('suppressions.reasons', each) }}</mat-option>
              }
            </mat-select>
          </mat-form-field>
          <mat-form-field>
            <mat-label>{{ texts.t('suppressions.scope') }}</mat-label>
            <mat-select [value]="scope()" (valueChange)="scope.set($event)">
              @for (each of scopes; track each) {
                <mat-option [value]="each">{{ texts.word('suppressions.scopes', each) }}</mat-option>
              }
            </mat-select>
          </mat-form-field>
        </div>
        @if (done() > 0 && busy()) {
          <p role="status">{{ texts.t('suppressions.doneOf', { done: done(), count: addresses().length }) }}</p>
        }
        @if (problem(); as problem) {
          <mc-problem [problem]="problem" [retryable]="false" />
        }
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" [mat-dialog-close]="done() > 0" [disabled]="busy()">
          {{ texts.t('core.cancel') }}
        </button>
        <button matButton="filled" type="submit" [disabled]="busy() || addresses().length === 0">
          {{ texts.t('suppressions.addGo', { count: addresses().length }) }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    mat-form-field {
      width: 100%;
    }
    .pair {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(180px, 100%), 1fr));
      gap: 12px;
      margin-top: 12px;
    }
  `,
})
export class SuppressDialog {
  protected readonly texts = inject(Texts);
  private readonly api = inject(Api);
  private readonly dialog = inject<MatDialogRef<SuppressDialog, boolean>>(MatDialogRef);

  protected readonly reasons: readonly Suppression['reason'][] = ['manual', 'unsubscribe', 'bounce', 'complaint'];
  protected readonly scopes = ['all', 'campaigns'] as const;
  protected readonly typed = signal('');
  protected readonly reason = signal<Suppression['reason']>('manual');
  protected readonly scope = signal<string>('all');
  protected readonly addresses = computed(() => addressesOf(this.typed()));
  protected readonly busy = signal(false);
  protected readonly done = signal(0);
  protected readonly problem = signal<Problem | null>(null);

  protected async suppress(): Promise<void> {
    const addresses = this.addresses();
    if (this.busy() || addresses.length === 0) {
      return;
    }
    this.busy.set(true);
    this.problem.set(null);
    this.done.set(0);
    try {
      // The same address again changes nothing, so a list that broke off can simply be sent again.
      for (let from = 0; from < addresses.length; from += AT_A_TIME) {
        const items = addresses
          .slice(from, from + AT_A_TIME)
          .map((address) => ({ address, reason: this.reason(), scope: this.scope() }));
        await this.api.platform('post', '/v1/suppressions', { body: { items } });
        this.done.set(from + items.length);
      }
      this.dialog.close(true);
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }
}
