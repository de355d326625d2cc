import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';

import { Answer, Api } from '@core/api/api';
import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { ProblemPanel } from '@shared/problem-panel';

export type IssuedKey = Answer<'/v1/api-keys', 'post'>;
type Scope = IssuedKey['scopes'][number];
const SCOPES: readonly Scope[] = ['read', 'write', 'send', 'keys', 'admin'];

/** Makes an API key; closes with it. */
@Component({
  selector: 'mc-new-key-dialog',
  imports: [MatButton, MatCheckbox, MatDialogModule, MatFormFieldModule, MatInput, ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ texts.t('apiKeys.new') }}</h2>
    <form (submit)="$event.preventDefault(); make()">
      <mat-dialog-content>
        <mat-form-field>
          <mat-label>{{ texts.t('apiKeys.name') }}</mat-label>
          <input
            matInput
            required
            maxlength="200"
            cdkFocusInitial
            [value]="name()"
            (input)="name.set($any($event.target).value)"
          />
          <mat-hint>{{ texts.t('apiKeys.nameHint') }}</mat-hint>
        </mat-form-field>
        <fieldset>
          <legend>{{ texts.t('apiKeys.scopes') }}</legend>
          @for (scope of scopes; track scope) {
            <mat-checkbox [checked]="chosen().includes(scope)" (change)="toggle(scope, $event.checked)">
              {{ texts.word('apiKeys.scopeNames', scope) }}
            </mat-checkbox>
          }
        </fieldset>
        <mat-form-field>
          <mat-label>{{ texts.t('apiKeys.expires') }}</mat-label>
          <input
            matInput
            type="date"
            [min]="today"
            [value]="expires()"
            (input)="expires.set($any($event.target).value)"
          />
          <mat-hint>{{ texts.t('apiKeys.expiresHint') }}</mat-hint>
        </mat-form-field>
        @if (problem(); as problem) {
          <mc-problem [problem]="problem" [retryable]="false" />
        }
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" mat-dialog-close [disabled]="busy()">{{ texts.t('core.cancel') }}</button>
        <button matButton="filled" type="submit" [disabled]="busy() || !complete()">
          {{ texts.t('apiKeys.make') }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    mat-form-field,
    mat-checkbox {
      display: block;
    }
    fieldset {
      margin: 16px 0;
      padding: 0;
      border: 0;
    }
    legend {
      padding: 0;
      font-weight: 600;
    }
  `,
})
export class NewKeyDialog {
  protected readonly texts = inject(Texts);
  private readonly api = inject(Api);
  private readonly dialog = inject<MatDialogRef<NewKeyDialog, IssuedKey>>(MatDialogRef);
  private readonly idempotencyKey = crypto.randomUUID();

  protected readonly scopes = SCOPES;
  protected readonly today = new Date().toISOString().slice(0, 10);
  protected readonly name = signal('');
  protected readonly chosen = signal<readonly Scope[]>(['read']);
  protected readonly expires = signal('');
  protected readonly complete = computed(() => this.name().trim() !== '' && this.chosen().length > 0);
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);

  protected toggle(scope: Scope, on: boolean): void {
    this.chosen.update((chosen) => SCOPES.filter((each) => (each === scope ? on : chosen.includes(each))));
  }

  protected async make(): Promise<void> {
    if (this.busy() || !this.complete()) {
      return;
    }
    this.busy.set(true);
    this.problem.set(null);
    try {
      const { body } = await this.api.platform('post', '/v1/api-keys', {
        body: {
          name: this.name().trim(),
          scopes: [...this.chosen()],
          ...(this.expires() ? { expires_at: `${this.expires()}T23:59:59Z` } : {}),
        },
        idempotencyKey: this.idempotencyKey,
      });
      this.dialog.close(body);
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }
}
