import { ChangeDetectionStrategy, Component, contentChildren, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { IconNode } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { CursorList } from './cursor-list';
import { Cell } from './data-table/cell';
import { Column, DataTable } from './data-table/data-table';
import { EmptyState } from './empty-state';
import { ProblemPanel } from './problem-panel';
import { Skeleton } from './skeleton';

/**
 * A list in pages as a table, each cell from a template `mcCell`: while it loads, when it is empty, when it cannot be
 * loaded, and with a button for more. Buttons within the element stand where there is nothing yet.
 */
@Component({
  selector: 'mc-listing',
  imports: [DataTable, EmptyState, MatButton, ProblemPanel, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (list().items().length) {
      <section class="mc-card" [attr.aria-label]="label()" [attr.aria-busy]="list().loading()">
        <mc-data-table
          [rows]="list().items()"
          [columns]="columns()"
          [identify]="identify()"
          [label]="label()"
          [cells]="cells()"
        />
        @if (list().problem(); as problem) {
          <mc-problem [problem]="problem" (retry)="list().more()" />
        } @else if (!list().complete()) {
          <div class="more">
            <span class="mc-muted" role="status">{{ texts.t('core.shown', { count: list().items().length }) }}</span>
            <button matButton type="button" [disabled]="list().loading()" (click)="list().more()">
              {{ texts.t('core.loadMore') }}
            </button>
          </div>
        }
      </section>
    } @else if (list().problem(); as problem) {
      <mc-problem [problem]="problem" (retry)="list().more()" />
    } @else if (!list().begun() || list().loading()) {
      <div class="mc-card loading"><mc-skeleton [count]="5" [height]="32" /></div>
    } @else if (filtered()) {
      <mc-empty [icon]="icon()" [title]="noMatch()" [text]="noMatchText()">
        <button matButton="outlined" type="button" (click)="showAll.emit()">{{ texts.t('core.showAll') }}</button>
      </mc-empty>
    } @else {
      <mc-empty [icon]="icon()" [title]="none()" [text]="noneText()"><ng-content /></mc-empty>
    }
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    section {
      padding: 4px 0 0;
      overflow: hidden;
    }
    section > mc-problem {
      margin: 16px;
    }
    .more {
      display: flex;
      gap: 16px;
      align-items: center;
      justify-content: center;
      padding: 8px 0;
    }
  `,
})
export class Listing<T> {
  readonly list = input.required<CursorList<T>>();
  readonly columns = input.required<readonly Column[]>();
  readonly identify = input.required<(row: T) => unknown>();
  /** What the list shows, for screen readers. */
  readonly label = input.required<string>();
  readonly icon = input.required<IconNode>();
  /** What is said when there is nothing at all. */
  readonly none = input.required<string>();
  readonly noneText = input('');
  /** Whether a filter is set, so that nothing found does not mean that there is nothing. */
  readonly filtered = input(false);
  readonly noMatch = input('');
  readonly noMatchText = input('');
  /** The filters should be taken away. */
  readonly showAll = output();

  protected readonly texts = inject(Texts);
  protected readonly cells = contentChildren<Cell<T>>(Cell);
}
