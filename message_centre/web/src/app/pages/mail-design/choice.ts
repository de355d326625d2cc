import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { MatButtonToggleModule } from '@angular/material/button-toggle';
import type { IconNode } from 'lucide';

import { Icon } from '@shared/icon';

export interface Choosable<T> {
  readonly value: T;
  readonly label: string;
  readonly icon?: IconNode;
  /** A colour that stands for it. */
  readonly colour?: string;
}

/** One of a few, all of which can be seen. */
@Component({
  selector: 'mc-choice',
  imports: [Icon, MatButtonToggleModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <span class="label" aria-hidden="true">{{ label() }}</span>
    <mat-button-toggle-group
      [attr.aria-label]="label()"
      [value]="value()"
      [disabled]="disabled()"
      [hideSingleSelectionIndicator]="true"
      (change)="picked.emit($event.value)"
    >
      @for (each of options(); track each.value) {
        <mat-button-toggle
          [value]="each.value"
          [aria-label]="each.icon || each.colour ? each.label : ''"
          [title]="each.icon || each.colour ? each.label : ''"
        >
          @if (each.icon) {
            <mc-icon [icon]="each.icon" />
          } @else if (each.colour) {
            <span class="swatch" [style.background]="each.colour"></span>
          } @else {
            {{ each.label }}
          }
        </mat-button-toggle>
      }
    </mat-button-toggle-group>
  `,
  styles: `
    :host {
      display: grid;
      gap: 6px;
      justify-items: start;
    }
    .label {
      font-size: 0.8125rem;
      font-weight: 600;
    }
    mat-button-toggle-group {
      flex-wrap: wrap;
      max-width: 100%;
      --mat-button-toggle-height: 34px;
      font-size: 0.8125rem;
    }
    .swatch {
      display: inline-block;
      width: 18px;
      height: 18px;
      border: 1px solid var(--mat-sys-outline);
      border-radius: 50%;
      vertical-align: -4px;
    }
  `,
})
export class Choice<T> {
  readonly label = input.required<string>();
  readonly options = input.required<readonly Choosable<T>[]>();
  readonly value = input.required<T>();
  readonly disabled = input(false);
  readonly picked = output<T>();
}
