import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatMenuModule } from '@angular/material/menu';
import {
  Columns2,
  Heading,
  Image,
  type IconNode,
  Minus,
  MoveVertical,
  Plus,
  RectangleHorizontal,
  TextAlignStart,
} from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';
import { DesignStore } from './design-store';
import { KINDS, LEAF_KINDS, type Kind } from './model/design.ts';
import type { Place } from './model/edit.ts';

export const KIND_ICONS: Record<Kind, IconNode> = {
  heading: Heading,
  text: TextAlignStart,
  image: Image,
  button: RectangleHorizontal,
  columns: Columns2,
  divider: Minus,
  space: MoveVertical,
};

/** The names of the texts that name the kinds. */
export const KIND_NAMES = {
  heading: 'design.kinds.heading',
  text: 'design.kinds.text',
  image: 'design.kinds.image',
  button: 'design.kinds.button',
  columns: 'design.kinds.columns',
  divider: 'design.kinds.divider',
  space: 'design.kinds.space',
  footer: 'design.kinds.footer',
} as const;

/** A button that adds a block. */
@Component({
  selector: 'mc-add-block',
  imports: [Icon, MatButton, MatMenuModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button matButton="outlined" type="button" [matMenuTriggerFor]="menu">
      <mc-icon [icon]="plus" />{{ texts.t('design.add') }}
    </button>
    <mat-menu #menu="matMenu">
      @for (kind of kinds(); track kind) {
        <button mat-menu-item type="button" (click)="add(kind)">
          <mc-icon class="kind" [icon]="icons[kind]" />{{ texts.t(names[kind]) }}
        </button>
      }
    </mat-menu>
  `,
  styles: `
    .kind {
      margin-inline-end: 12px;
      vertical-align: -0.25em;
    }
  `,
})
export class AddBlock {
  /** Where it goes; null: behind the selected block, else at the end. */
  readonly place = input<Place | null>(null);

  protected readonly texts = inject(Texts);
  private readonly store = inject(DesignStore);
  protected readonly plus = Plus;
  protected readonly icons = KIND_ICONS;
  protected readonly names = KIND_NAMES;
  protected readonly kinds = computed<readonly Kind[]>(() => (this.place()?.columns ? LEAF_KINDS : KINDS));

  protected add(kind: Kind): void {
    const words = {
      text: this.texts.t(kind === 'heading' ? 'design.newHeading' : 'design.newText'),
      label: this.texts.t('design.newLabel'),
    };
    this.store.add(kind, words, this.place() ?? undefined);
  }
}
