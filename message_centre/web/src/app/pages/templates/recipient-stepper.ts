import { ChangeDetectionStrategy, Component, computed, inject, input, model } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { ChevronLeft, ChevronRight } from 'lucide';

import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';

/** The platform shows the data of so many recipients of a file, counted from its beginning. */
export const MAX_ROW = 1_000;

/** Steps through the recipients of a file, one at a time. */
@Component({
  selector: 'mc-recipient-stepper',
  imports: [Icon, MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      matIconButton
      type="button"
      [disabled]="row() <= 1"
      [attr.aria-label]="texts.t('templates.previousRecipient')"
      (click)="row.set(row() - 1)"
    >
      <mc-icon [icon]="left" />
    </button>
    <label>
      {{ texts.t('templates.recipientNumber') }}
      <input type="number" min="1" [max]="last()" [value]="row()" (change)="jump($any($event.target))" />
    </label>
    <span class="mc-muted">{{ texts.t('templates.ofRecipients', { total: formats.number(last()) }) }}</span>
    <button
      matIconButton
      type="button"
      [disabled]="row() >= last()"
      [attr.aria-label]="texts.t('templates.nextRecipient')"
      (click)="row.set(row() + 1)"
    >
      <mc-icon [icon]="right" />
    </button>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 4px;
      align-items: center;
    }
    input {
      width: 64px;
      padding: 4px 6px;
      border: 1px solid var(--mat-sys-outline);
      border-radius: 6px;
      background: var(--mat-sys-surface);
      color: inherit;
      font: inherit;
      text-align: right;
    }
  `,
})
export class RecipientStepper {
  readonly row = model.required<number>();
  /** How many recipients the file has. */
  readonly total = input.required<number>();
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly left = ChevronLeft;
  protected readonly right = ChevronRight;
  protected readonly last = computed(() => Math.max(1, Math.min(MAX_ROW, this.total())));

  protected jump(field: HTMLInputElement): void {
    const wanted = Math.round(Number(field.value));
    const row = Number.isFinite(wanted) ? Math.min(this.last(), Math.max(1, wanted)) : this.row();
    this.row.set(row);
    field.value = String(row);
  }
}
