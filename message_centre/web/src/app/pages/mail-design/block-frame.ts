import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { ArrowDown, ArrowUp, Copy, GripVertical, Trash2 } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';
import { KIND_NAMES } from './add-block';
import { DesignStore } from './design-store';
import type { AnyBlock } from './model/design.ts';

export type Act = 'up' | 'down' | 'duplicate' | 'remove';

/** What is around each block: the sign that it is selected, and what can be done with it. */
@Component({
  selector: 'mc-block-frame',
  imports: [Icon, MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    role: 'group',
    tabindex: '0',
    '[attr.data-block]': 'block().id',
    '[attr.aria-label]': 'label()',
    '[class.selected]': 'selected()',
    '(click)': 'select($event)',
    '(focusin)': 'select($event)',
    '(keydown)': 'key($event)',
  },
  template: `
    @if (selected() && store.editable() && block().kind !== 'footer') {
      <div class="tools" role="toolbar" [attr.aria-label]="texts.t('design.tools', { block: name() })">
        <span class="grip" [title]="texts.t('design.drag')" aria-hidden="true" (pointerdown)="grab.emit($event)">
          <mc-icon [icon]="icons.grip" />
        </span>
        @for (tool of tools; track tool.act) {
          <button
            matIconButton
            type="button"
            [attr.data-act]="tool.act"
            [disabled]="tool.steps && !store.canStep(block().id, tool.act === 'down')"
            [attr.aria-label]="texts.t(tool.text)"
            [title]="texts.t(tool.text)"
            (click)="press($event, tool.act)"
          >
            <mc-icon [icon]="tool.icon" />
          </button>
        }
      </div>
    }
    <ng-content />
  `,
  styleUrl: './block-frame.scss',
})
export class BlockFrame {
  readonly block = input.required<AnyBlock>();
  readonly act = output<Act>();
  readonly grab = output<PointerEvent>();

  protected readonly store = inject(DesignStore);
  protected readonly texts = inject(Texts);
  protected readonly icons = { grip: GripVertical };
  protected readonly tools = [
    { act: 'up', icon: ArrowUp, text: 'design.up', steps: true },
    { act: 'down', icon: ArrowDown, text: 'design.down', steps: true },
    { act: 'duplicate', icon: Copy, text: 'design.duplicate', steps: false },
    { act: 'remove', icon: Trash2, text: 'design.remove', steps: false },
  ] as const;
  protected readonly name = computed(() => this.texts.t(KIND_NAMES[this.block().kind]));
  protected readonly label = computed(() => this.texts.t('design.block', { block: this.name() }));
  protected readonly selected = computed(() => this.store.selected() === this.block().id);

  protected select(event: Event): void {
    event.stopPropagation();
    this.store.selected.set(this.block().id);
  }

  protected press(event: Event, act: Act): void {
    event.stopPropagation();
    this.act.emit(act);
  }

  protected key(event: KeyboardEvent): void {
    const alone = event.target === event.currentTarget;
    const act = event.altKey
      ? ({ ArrowUp: 'up', ArrowDown: 'down' } as const)[event.key]
      : alone && (event.key === 'Delete' || event.key === 'Backspace')
        ? 'remove'
        : alone && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'd'
          ? 'duplicate'
          : undefined;
    if (!act || !this.store.editable() || this.block().kind === 'footer') return;
    event.preventDefault();
    event.stopPropagation();
    this.act.emit(act);
  }
}
