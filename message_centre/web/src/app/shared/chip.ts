import { ChangeDetectionStrategy, Component, input } from '@angular/core';

export type Tone = 'neutral' | 'good' | 'active' | 'waiting' | 'warning' | 'bad';

/** A short word for a state; the colour only repeats what the word says. */
@Component({
  selector: 'mc-chip',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class]': 'tone()' },
  template: `<span class="dot"></span><ng-content />`,
  styles: `
    :host {
      --tone: var(--mat-sys-on-surface-variant);
      display: inline-flex;
      align-items: center;
      gap: 6px;
      padding: 2px 10px;
      border-radius: 999px;
      font-size: 0.8125rem;
      font-weight: 500;
      line-height: 1.5;
      flex: none;
      max-width: 100%;
      white-space: nowrap;
      color: var(--mat-sys-on-surface);
      background: color-mix(in srgb, var(--tone) 13%, var(--mat-sys-surface));
    }
    @media (max-width: 700px) {
      :host {
        border-radius: 12px;
        white-space: normal;
      }
    }
    .dot {
      flex: none;
      width: 8px;
      height: 8px;
      border-radius: 50%;
      background: var(--tone);
    }
    :host(.good) {
      --tone: var(--mc-good);
    }
    :host(.active) {
      --tone: var(--mat-sys-primary);
    }
    :host(.waiting) {
      --tone: var(--mc-info);
    }
    :host(.warning) {
      --tone: var(--mc-warning);
    }
    :host(.bad) {
      --tone: var(--mat-sys-error);
    }
    :host(.active) .dot {
      animation: beat 1.8s ease-in-out infinite;
    }
    @keyframes beat {
      50% {
        opacity: 0.3;
      }
    }
    @media (prefers-reduced-motion: reduce) {
      :host(.active) .dot {
        animation: none;
      }
    }
  `,
})
export class Chip {
  readonly tone = input<Tone>('neutral');
}
