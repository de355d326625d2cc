import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { Bold, Braces, Italic, Link, List, ListOrdered, Redo2, Undo2 } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';
import { DesignStore } from './design-store';
import { AskField } from './field-dialog';
import { AskLink } from './link-dialog';
import type { Look } from './prose';

/** What can be done with the text that is written, and with what was done before. */
@Component({
  selector: 'mc-text-tools',
  imports: [Icon, MatButton, MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'toolbar', '[attr.aria-label]': "texts.t('design.textTools')" },
  template: `
    <button
      matIconButton
      type="button"
      [disabled]="!store.canUndo()"
      [attr.aria-label]="texts.t('design.undo')"
      [title]="texts.t('design.undo')"
      (click)="store.undo()"
    >
      <mc-icon [icon]="icons.undo" />
    </button>
    <button
      matIconButton
      type="button"
      [disabled]="!store.canRedo()"
      [attr.aria-label]="texts.t('design.redo')"
      [title]="texts.t('design.redo')"
      (click)="store.redo()"
    >
      <mc-icon [icon]="icons.redo" />
    </button>
    <span class="line"></span>
    @for (tool of tools; track tool.look) {
      <button
        matIconButton
        type="button"
        [class.on]="on()[tool.look]"
        [attr.aria-pressed]="on()[tool.look]"
        [disabled]="!store.writing() || (tool.list && !store.writing()?.lists)"
        [attr.aria-label]="texts.t(tool.text)"
        [title]="texts.t(tool.text)"
        (mousedown)="$event.preventDefault()"
        (click)="store.writing()?.toggle(tool.look)"
      >
        <mc-icon [icon]="tool.icon" />
      </button>
    }
    <button
      matIconButton
      type="button"
      [class.on]="on().link"
      [attr.aria-pressed]="on().link"
      [disabled]="!store.writing()"
      [attr.aria-label]="texts.t('design.looks.link')"
      [title]="texts.t('design.looks.link')"
      (click)="link()"
    >
      <mc-icon [icon]="icons.link" />
    </button>
    <button
      matButton
      type="button"
      [disabled]="!store.writing()"
      [attr.aria-label]="texts.t('design.insertField')"
      [title]="texts.t('design.insertField')"
      (click)="field()"
    >
      <mc-icon [icon]="icons.field" /><span class="words">{{ texts.t('design.insertField') }}</span>
    </button>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      --mat-icon-button-state-layer-size: 36px;
    }
    button[matIconButton] {
      width: 36px;
      height: 36px;
      padding: 7px;
      font-size: 17px;
    }
    @media (max-width: 800px) {
      .words {
        display: none;
      }
      button[matButton] {
        min-width: 40px;
        padding: 0 8px;
      }
      button[matButton] mc-icon {
        margin: 0;
      }
    }
    .on {
      background: var(--mc-tint);
      border-radius: 8px;
    }
    .line {
      width: 1px;
      height: 22px;
      margin: 0 4px;
      background: var(--mat-sys-outline-variant);
    }
  `,
})
export class TextTools {
  readonly fields = input<readonly string[]>([]);

  protected readonly store = inject(DesignStore);
  protected readonly texts = inject(Texts);
  private readonly askField = inject(AskField);
  private readonly askLink = inject(AskLink);
  protected readonly icons = { undo: Undo2, redo: Redo2, link: Link, field: Braces };
  protected readonly tools = [
    { look: 'strong', icon: Bold, text: 'design.looks.strong', list: false },
    { look: 'em', icon: Italic, text: 'design.looks.em', list: false },
    { look: 'bullet_list', icon: List, text: 'design.looks.bullets', list: true },
    { look: 'ordered_list', icon: ListOrdered, text: 'design.looks.numbers', list: true },
  ] as const;
  protected readonly on = computed<Record<Look | 'link', boolean>>(() => {
    this.store.moved();
    const writing = this.store.writing();
    const has = (look: Look | 'link') => writing?.has(look) ?? false;
    return {
      strong: has('strong'),
      em: has('em'),
      bullet_list: has('bullet_list'),
      ordered_list: has('ordered_list'),
      link: has('link'),
    };
  });

  protected async field(): Promise<void> {
    const writing = this.store.writing();
    if (!writing) return;
    const field = await this.askField.ask(this.fields());
    if (field) writing.insertField(field);
    else writing.focus();
  }

  protected link(): void {
    const writing = this.store.writing();
    if (writing) void this.askLink.ask(writing);
  }
}
