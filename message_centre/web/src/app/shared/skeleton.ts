import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Texts } from '@core/i18n/texts';

/** Grey lines in the place of what is being loaded. */
@Component({
  selector: 'mc-skeleton',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'status', '[attr.aria-label]': "texts.t('core.loading')" },
  template: `
    @for (line of lines(); track line) {
      <span [style.height.px]="height()" [style.width.%]="line % 3 === 2 ? 64 : 100"></span>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 12px;
      padding: 8px 0;
    }
    span {
      border-radius: 8px;
      background: linear-gradient(90deg, var(--mc-line) 25%, var(--mc-tint) 50%, var(--mc-line) 75%);
      background-size: 300% 100%;
      animation: pass 1.6s linear infinite;
    }
    @keyframes pass {
      from {
        background-position: 100% 0;
      }
      to {
        background-position: 0 0;
      }
    }
    @media (prefers-reduced-motion: reduce) {
      span {
        animation: none;
      }
    }
  `,
})
export class Skeleton {
  readonly count = input(4);
  /** In pixels. */
  readonly height = input(20);
  protected readonly texts = inject(Texts);
  protected readonly lines = computed(() => Array.from({ length: this.count() }, (_, index) => index));
}
