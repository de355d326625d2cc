import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** How far something is; the text beside it says the same in numbers. */
@Component({
  selector: 'mc-bar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    role: 'progressbar',
    'aria-valuemin': '0',
    'aria-valuemax': '100',
    '[attr.aria-valuenow]': 'share() === null ? null : whole()',
    '[attr.aria-label]': 'label()',
    '[class.unknown]': 'share() === null',
  },
  template: `<span [style.width.%]="share() === null ? 30 : percent()"></span>`,
  styles: `
    :host {
      display: block;
      height: 8px;
      overflow: hidden;
      border-radius: 4px;
      background: var(--mc-line);
    }
    span {
      display: block;
      height: 100%;
      border-radius: 4px;
      background: var(--mat-sys-primary);
      transition: width 0.4s ease-out;
    }
    :host(.unknown) span {
      animation: pass 1.4s ease-in-out infinite alternate;
    }
    @keyframes pass {
      to {
        transform: translateX(233%);
      }
    }
    @media (prefers-reduced-motion: reduce) {
      :host(.unknown) span {
        animation: none;
      }
    }
  `,
})
export class Bar {
  /** Between 0 and 1; null: not known yet. */
  readonly share = input.required<number | null>();
  readonly label = input.required<string>();
  protected readonly percent = computed(() => Math.min(100, Math.max(0, (this.share() ?? 0) * 100)));
  protected readonly whole = computed(() => Math.round(this.percent()));
}
