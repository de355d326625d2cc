import { ChangeDetectionStrategy, Component, Injectable, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialog, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { firstValueFrom } from 'rxjs';

import { Texts } from '@core/i18n/texts';
import { completed, isLink } from './model/links.ts';
import type { Prose } from './prose';

interface Asked {
  readonly href: string;
  /** Whether there are words that become the link. */
  readonly words: boolean;
}
interface Answer {
  readonly href: string;
  readonly words: string;
}

/** Asks where words of a text lead. */
@Injectable({ providedIn: 'root' })
export class AskLink {
  private readonly dialog = inject(MatDialog);

  async ask(prose: Prose): Promise<void> {
    const dialog = this.dialog.open<LinkDialog, Asked, Answer>(LinkDialog, {
      data: prose.link(),
      width: '460px',
      restoreFocus: false, // the person writes on in the text
    });
    const answer = await firstValueFrom(dialog.afterClosed());
    if (answer) prose.setLink(answer.href, answer.words);
    else prose.focus();
  }
}

@Component({
  selector: 'mc-link-dialog',
  imports: [MatButton, MatDialogModule, MatFormFieldModule, MatInput],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ texts.t('design.link.title') }}</h2>
    <form (submit)="$event.preventDefault(); done()">
      <mat-dialog-content>
        @if (!data.words) {
          <mat-form-field>
            <mat-label>{{ texts.t('design.link.words') }}</mat-label>
            <input matInput maxlength="200" [value]="words()" (input)="words.set($any($event.target).value)" />
          </mat-form-field>
        }
        <mat-form-field>
          <mat-label>{{ texts.t('design.link.address') }}</mat-label>
          <input
            matInput
            maxlength="2000"
            inputmode="url"
            autocomplete="off"
            [value]="href()"
            (input)="href.set($any($event.target).value)"
          />
          <mat-hint>{{ texts.t('design.link.hint') }}</mat-hint>
        </mat-form-field>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" mat-dialog-close>{{ texts.t('core.cancel') }}</button>
        @if (data.href) {
          <button matButton type="button" (click)="dialog.close({ href: '', words: '' })">
            {{ texts.t('design.link.remove') }}
          </button>
        }
        <button matButton="filled" type="submit" [disabled]="!right()">{{ texts.t('design.link.set') }}</button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    mat-form-field {
      width: 100%;
      margin: 4px 0 8px;
    }
  `,
})
class LinkDialog {
  protected readonly data = inject<Asked>(MAT_DIALOG_DATA);
  protected readonly texts = inject(Texts);
  protected readonly href = signal(this.data.href);
  protected readonly words = signal('');
  private readonly address = computed(() => completed(this.href()));
  protected readonly right = computed(() => isLink(this.address()) && (this.data.words || this.words().trim() !== ''));
  protected readonly dialog = inject<MatDialogRef<LinkDialog, Answer>>(MatDialogRef);

  protected done(): void {
    if (this.right()) this.dialog.close({ href: this.address(), words: this.words().trim() });
  }
}
