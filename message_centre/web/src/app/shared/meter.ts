import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** A bar that says how much of something is used or done; the number stands beside it in words. */
@Component({
  selector: 'mc-meter',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    role: 'meter',
    '[attr.aria-label]': 'label()',
    '[attr.aria-valuenow]': 'percent()',
    '[attr.aria-valuetext]': 'text() || null',
    'aria-valuemin': '0',
    'aria-valuemax': '100',
    '[class]': 'tone()',
  },
  template: `<span [style.width.%]="percent()"></span>`,
  styles: `
    :host {
      display: block;
      height: 8px;
      overflow: hidden;
      border-radius: 99px;
      background: var(--mc-line);
    }
    span {
      display: block;
      height: 100%;
      border-radius: 99px;
      background: var(--mat-sys-primary);
      transition: width 0.6s ease-out;
    }
    :host(.warning) span {
      background: var(--mc-warning);
    }
    :host(.bad) span {
      background: var(--mat-sys-error);
    }
  `,
})
export class Meter {
  readonly label = input.required<string>();
  /** Between 0 and 1; more is shown as 1. */
  readonly share = input.required<number>();
  readonly text = input('');
  readonly tone = input<'good' | 'warning' | 'bad'>('good');
  protected readonly percent = computed(() => Math.round(Math.min(1, Math.max(0, this.share())) * 1000) / 10);
}
