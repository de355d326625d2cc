import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import type { IconNode } from 'lucide';

import { Icon } from './icon';

/** Says that there is nothing yet and what to do about it; buttons stand inside the element. */
@Component({
  selector: 'mc-empty',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <span class="mark"><mc-icon [icon]="icon()" /></span>
    <h2>{{ title() }}</h2>
    @if (text()) {
      <p>{{ text() }}</p>
    }
    <div class="actions"><ng-content /></div>
  `,
  styles: `
    :host {
      display: grid;
      justify-items: center;
      gap: 8px;
      padding: 48px 24px;
      text-align: center;
    }
    .mark {
      display: grid;
      place-items: center;
      width: 64px;
      height: 64px;
      border-radius: 50%;
      font-size: 24px;
      color: var(--mat-sys-primary);
      background: var(--mc-tint);
    }
    h2 {
      margin: 8px 0 0;
      font-size: 1.125rem;
    }
    p {
      margin: 0;
      max-width: 46ch;
      color: var(--mat-sys-on-surface-variant);
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      justify-content: center;
      margin-top: 8px;
    }
  `,
})
export class EmptyState {
  readonly icon = input.required<IconNode>();
  readonly title = input.required<string>();
  readonly text = input('');
}
