import { ChangeDetectionStrategy, Component, computed, inject, input, model, signal } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { ChevronLeft, ChevronRight, Search } from 'lucide';

import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';
import { RecipientSearch } from './recipient-search';

/** Steps through the recipients of a file, one at a time, or finds one by the address. */
@Component({
  selector: 'mc-recipient-stepper',
  imports: [Icon, MatIconButton, RecipientSearch],
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
    @if (fileId()) {
      <button
        matIconButton
        type="button"
        [attr.aria-expanded]="searching()"
        [attr.aria-label]="texts.t('templates.findRecipient')"
        [title]="texts.t('templates.findRecipient')"
        (click)="searching.set(!searching())"
      >
        <mc-icon [icon]="search" />
      </button>
    }
    @if (searching() && fileId(); as file) {
      <mc-recipient-search [fileId]="file" [total]="total()" (chosen)="row.set($event)" />
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 4px;
      align-items: center;
    }
    input {
      width: 88px;
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
  /** The file, where one can be searched for. */
  readonly fileId = input<string | null>(null);
  /** How many recipients the file has. */
  readonly total = input.required<number>();
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly left = ChevronLeft;
  protected readonly right = ChevronRight;
  protected readonly search = Search;
  protected readonly searching = signal(false);
  protected readonly last = computed(() => Math.max(1, this.total()));

  protected jump(field: HTMLInputElement): void {
    const wanted = Math.round(Number(field.value));
    const row = Number.isFinite(wanted) ? Math.min(this.last(), Math.max(1, wanted)) : this.row();
    this.row.set(row);
    field.value = String(row);
  }
}
