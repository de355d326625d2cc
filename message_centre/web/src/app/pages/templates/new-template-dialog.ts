import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatRadioModule } from '@angular/material/radio';

import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { ProblemPanel } from '@shared/problem-panel';
import { STARTERS } from './starters';
import { TemplateStore } from './template-store';

/** Makes a template of a starter; closes with its id. */
@Component({
  selector: 'mc-new-template-dialog',
  imports: [MatButton, MatDialogModule, MatFormFieldModule, MatInput, MatRadioModule, ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ texts.t('templates.new') }}</h2>
    <form (submit)="$event.preventDefault(); make()">
      <mat-dialog-content>
        <mat-form-field>
          <mat-label>{{ texts.t('templates.name') }}</mat-label>
          <input
            matInput
            required
            maxlength="200"
            cdkFocusInitial
            [value]="name()"
            (input)="name.set($any($event.target).value)"
          />
        </mat-form-field>
        <p id="starter-label">{{ texts.t('templates.startWith') }}</p>
        <mat-radio-group aria-labelledby="starter-label" [value]="starter()" (change)="starter.set($event.value)">
          @for (each of starters; track each.id) {
            <mat-radio-button [value]="each.id">
              {{ texts.word('templates.starter', each.id) }}
              <span class="mc-muted">{{ texts.word('templates.starterText', each.id) }}</span>
            </mat-radio-button>
          }
        </mat-radio-group>
        @if (problem(); as problem) {
          <mc-problem [problem]="problem" [retryable]="false" />
        }
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" mat-dialog-close [disabled]="busy()">{{ texts.t('core.cancel') }}</button>
        <button matButton="filled" type="submit" [disabled]="busy() || !name().trim()">
          {{ texts.t(busy() ? 'templates.making' : 'templates.make') }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    mat-form-field,
    mat-radio-button {
      display: block;
    }
    p {
      margin: 4px 0;
      font-weight: 600;
    }
    span {
      display: block;
      font-size: 0.8125rem;
    }
  `,
})
export class NewTemplateDialog {
  protected readonly texts = inject(Texts);
  protected readonly starters = STARTERS;
  protected readonly name = signal('');
  protected readonly starter = signal<string>('letter');
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  private readonly dialog = inject<MatDialogRef<NewTemplateDialog, string>>(MatDialogRef);
  private readonly store = inject(TemplateStore);

  protected async make(): Promise<void> {
    const name = this.name().trim();
    const html = STARTERS.find(({ id }) => id === this.starter())?.html;
    if (!name || !html || this.busy()) return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      this.dialog.close(await this.store.create(name, { subject: name, preheader: null, text: null }, html));
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }
}
