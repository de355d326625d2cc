import { ChangeDetectionStrategy, Component, Injectable, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialog, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { firstValueFrom } from 'rxjs';

import { Texts } from '@core/i18n/texts';
import { isFieldName, type Field } from './model/fields.ts';

interface Asked {
  readonly names: readonly string[];
  readonly field: Field | null;
}
const OTHER = '';
/** What every mail has without anybody giving it. */
const ALWAYS = ['email'];

/**
 * Asks which field of the recipients is meant, and what is written for people who have none. Whoever asks gives the focus
 * to where the field goes, not to the button that asked: the person writes on there.
 */
@Injectable({ providedIn: 'root' })
export class AskField {
  private readonly dialog = inject(MatDialog);

  async ask(names: readonly string[], field: Field | null = null): Promise<Field | null> {
    const data = { names: [...new Set([...names, ...ALWAYS])].filter((name) => name !== 'unsubscribe_url'), field };
    const dialog = this.dialog.open<FieldDialog, Asked, Field>(FieldDialog, {
      data,
      width: '460px',
      restoreFocus: false,
    });
    return (await firstValueFrom(dialog.afterClosed())) ?? null;
  }
}

@Component({
  selector: 'mc-field-dialog',
  imports: [MatButton, MatDialogModule, MatFormFieldModule, MatInput, MatSelectModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ texts.t(data.field ? 'design.field.change' : 'design.field.title') }}</h2>
    <form (submit)="$event.preventDefault(); done()">
      <mat-dialog-content>
        <p class="mc-muted">{{ texts.t('design.field.lead') }}</p>
        <mat-form-field>
          <mat-label>{{ texts.t('design.field.which') }}</mat-label>
          <mat-select cdkFocusInitial [value]="chosen()" (valueChange)="chosen.set($event)">
            @for (name of data.names; track name) {
              <mat-option [value]="name">{{ name }}</mat-option>
            }
            <mat-option [value]="other">{{ texts.t('design.field.another') }}</mat-option>
          </mat-select>
        </mat-form-field>
        @if (chosen() === other) {
          <mat-form-field>
            <mat-label>{{ texts.t('design.field.name') }}</mat-label>
            <input matInput maxlength="100" [value]="typed()" (input)="typed.set($any($event.target).value)" />
            <mat-hint>{{ texts.t('design.field.nameHint') }}</mat-hint>
          </mat-form-field>
        }
        <mat-form-field>
          <mat-label>{{ texts.t('design.field.fallback') }}</mat-label>
          <input matInput maxlength="200" [value]="fallback()" (input)="fallback.set($any($event.target).value)" />
          <mat-hint>{{ texts.t('design.field.fallbackHint') }}</mat-hint>
        </mat-form-field>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" mat-dialog-close>{{ texts.t('core.cancel') }}</button>
        <button matButton="filled" type="submit" [disabled]="!right()">
          {{ texts.t(data.field ? 'design.field.use' : 'design.field.insert') }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    mat-form-field {
      width: 100%;
      margin-bottom: 8px;
    }
    p {
      margin: 0 0 16px;
    }
  `,
})
class FieldDialog {
  protected readonly data = inject<Asked>(MAT_DIALOG_DATA);
  protected readonly texts = inject(Texts);
  protected readonly other = OTHER;
  private readonly first = this.data.field?.name ?? this.data.names[0] ?? OTHER;
  protected readonly chosen = signal(this.data.names.includes(this.first) ? this.first : OTHER);
  protected readonly typed = signal(this.data.field?.name ?? '');
  protected readonly fallback = signal(this.data.field?.fallback ?? '');
  private readonly name = computed(() => this.chosen() || this.typed().trim());
  protected readonly right = computed(() => isFieldName(this.name()));
  private readonly dialog = inject<MatDialogRef<FieldDialog, Field>>(MatDialogRef);

  protected done(): void {
    if (this.right()) this.dialog.close({ name: this.name(), fallback: this.fallback().trim() });
  }
}
