import { ChangeDetectionStrategy, Component, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { UsersRound } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Icon } from './icon';

/** Two people changed the same: who it was, what it is about, and which of both counts. */
@Component({
  selector: 'mc-conflict',
  imports: [Icon, MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'alert' },
  template: `
    <mc-icon [icon]="icon" />
    <div class="said">
      <p class="title">
        {{ texts.t('core.conflict.title', { person: person() ?? texts.t('core.conflict.somebody') }) }}
      </p>
      <p>{{ text() }}</p>
    </div>
    <div class="mc-actions">
      <button matButton type="button" [disabled]="busy()" (click)="take.emit()">
        {{ texts.t('core.conflict.take') }}
      </button>
      <button matButton="outlined" type="button" [disabled]="busy()" (click)="keep.emit()">
        {{ texts.t('core.conflict.keep') }}
      </button>
    </div>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 12px;
      align-items: center;
      padding: 16px;
      border: 1px solid var(--mc-warning);
      border-radius: var(--mc-radius);
      background: color-mix(in srgb, var(--mc-warning) 10%, var(--mat-sys-surface));
    }
    .said {
      flex: 1 1 240px;
      min-width: 0;
      overflow-wrap: anywhere;
    }
    p {
      margin: 0;
    }
    .title {
      font-weight: 600;
    }
  `,
})
export class Conflict {
  /** Who made the other change; null when that is not known. */
  readonly person = input.required<string | null>();
  /** What both changed, and what happens to either. */
  readonly text = input.required<string>();
  readonly busy = input(false);
  readonly keep = output();
  readonly take = output();

  protected readonly texts = inject(Texts);
  protected readonly icon = UsersRound;
}
