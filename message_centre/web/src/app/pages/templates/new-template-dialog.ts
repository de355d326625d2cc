import { ChangeDetectionStrategy, Component, inject, signal, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';

import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { ProblemPanel } from '@shared/problem-panel';
import { type Beginning, DesignGallery } from '../mail-design/design-gallery';
import { TemplateStore } from './template-store';

/** Makes a template of a starter; closes with its id. */
@Component({
  selector: 'mc-new-template-dialog',
  imports: [DesignGallery, MatButton, MatDialogModule, MatFormFieldModule, MatInput, ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ texts.t('templates.new') }}</h2>
    <form (submit)="$event.preventDefault(); make()">
      <mat-dialog-content>
        <mat-form-field subscriptSizing="dynamic">
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
        <p>{{ texts.t('templates.startWith') }}</p>
        <mc-design-gallery [selected]="starter()" (picked)="starter.set($event.id)" />
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
    mat-form-field {
      display: block;
      max-width: 420px;
      margin-top: 4px;
    }
    p {
      margin: 16px 0 8px;
      font-weight: 600;
    }
  `,
})
export class NewTemplateDialog {
  protected readonly texts = inject(Texts);
  protected readonly name = signal('');
  protected readonly starter = signal<Beginning['id']>('newsletter');
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  private readonly dialog = inject<MatDialogRef<NewTemplateDialog, string>>(MatDialogRef);
  private readonly store = inject(TemplateStore);
  private readonly gallery = viewChild.required(DesignGallery);

  protected async make(): Promise<void> {
    const name = this.name().trim();
    if (!name || this.busy()) return;
    const { subject, preheader, html } = this.gallery().beginning(this.starter());
    this.busy.set(true);
    this.problem.set(null);
    try {
      const sources = { subject: subject || name, preheader: preheader || null, text: null };
      this.dialog.close(await this.store.create(name, sources, html));
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }
}
