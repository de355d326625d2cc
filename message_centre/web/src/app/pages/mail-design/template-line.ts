import { ChangeDetectionStrategy, Component, ElementRef, inject, input, output, viewChild } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { Braces } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';
import { AskField } from './field-dialog';
import { expression } from './model/fields.ts';

/** A line of text that may have fields; a button puts one where the caret is. */
@Component({
  selector: 'mc-template-line',
  imports: [Icon, MatFormFieldModule, MatIconButton, MatInput],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mat-form-field subscriptSizing="dynamic">
      <mat-label>{{ label() }}</mat-label>
      <input
        #line
        matInput
        autocomplete="off"
        [attr.inputmode]="kind() === 'address' ? 'url' : null"
        [attr.maxlength]="longest()"
        [required]="required()"
        [readonly]="!editable()"
        [value]="value()"
        (input)="typed.emit(line.value)"
        (change)="left.emit(line.value)"
      />
      @if (editable()) {
        <button
          matIconButton
          matSuffix
          type="button"
          [attr.aria-label]="texts.t('design.insertField')"
          [title]="texts.t('design.insertField')"
          (click)="insert()"
        >
          <mc-icon [icon]="icon" />
        </button>
      }
      @if (hint()) {
        <mat-hint>{{ hint() }}</mat-hint>
      }
    </mat-form-field>
  `,
  styles: `
    :host,
    mat-form-field {
      display: block;
      width: 100%;
    }
  `,
})
export class TemplateLine {
  readonly label = input.required<string>();
  readonly value = input.required<string>();
  readonly hint = input('');
  readonly kind = input<'text' | 'address'>('text');
  readonly longest = input(500);
  readonly required = input(false);
  readonly editable = input(true);
  readonly fields = input<readonly string[]>([]);
  /** At each letter. */
  readonly typed = output<string>();
  /** When the line is left, or a field was put in. */
  readonly left = output<string>();

  protected readonly texts = inject(Texts);
  protected readonly icon = Braces;
  private readonly askField = inject(AskField);
  private readonly line = viewChild.required<ElementRef<HTMLInputElement>>('line');

  protected async insert(): Promise<void> {
    const line = this.line().nativeElement;
    const [from, to] = [line.selectionStart ?? line.value.length, line.selectionEnd ?? line.value.length];
    const field = await this.askField.ask(this.fields());
    line.focus();
    if (!field) return;
    line.setRangeText(expression(field), from, to, 'end');
    this.typed.emit(line.value);
    this.left.emit(line.value);
  }
}
