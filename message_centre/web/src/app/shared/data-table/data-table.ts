import { CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport } from '@angular/cdk/scrolling';
import { NgTemplateOutlet } from '@angular/common';
import {
  ChangeDetectionStrategy,
  Component,
  TemplateRef,
  computed,
  contentChildren,
  inject,
  input,
  output,
} from '@angular/core';
import { ArrowDown, ArrowUp } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Icon } from '../icon';
import { Skeleton } from '../skeleton';
import { Cell } from './cell';

export interface Column {
  key: string;
  header: string;
  /** A track of CSS grid, such as `minmax(160px, 2fr)` (`minmax(0, 1fr)` when left out). */
  width?: string;
  /** Numbers stand at the end. */
  end?: boolean;
  /** Whether a phone leaves it out. */
  wideOnly?: boolean;
  /** Whether the header is a button that asks for this order. */
  sortable?: boolean;
}

export interface Sort {
  key: string;
  descending: boolean;
}

/**
 * A table of rows, each cell from a template `mcCell`. With `height` it scrolls by itself and holds only the rows that
 * are seen, so that ten thousand cost what thirty do.
 */
@Component({
  selector: 'mc-data-table',
  imports: [CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport, Icon, NgTemplateOutlet, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './data-table.html',
  styleUrl: './data-table.scss',
})
export class DataTable<T> {
  readonly rows = input.required<readonly T[]>();
  readonly columns = input.required<readonly Column[]>();
  /** What the table shows, for screen readers. */
  readonly label = input.required<string>();
  readonly identify = input<(row: T) => unknown>((row) => row);
  /** A length of CSS: the table then scrolls within it. */
  readonly height = input<string>();
  /** In pixels; rows of a table with `height` have exactly this height. */
  readonly rowHeight = input(56);
  /** How many rows there are in all, when that is known; -1 when it is not. */
  readonly total = input(-1);
  readonly loading = input(false);
  readonly sort = input<Sort | null>(null);
  readonly sorted = output<Sort>();
  /** Templates of cells from around this element, where something else holds it. */
  readonly cells = input<readonly Cell<T>[]>([]);
  /** The last rows are near: the next page should come. Only with `height`. */
  readonly nearEnd = output();

  protected readonly texts = inject(Texts);
  protected readonly icons = { ArrowDown, ArrowUp };
  private readonly within = contentChildren<Cell<T>>(Cell);
  protected readonly templates = computed(() => {
    const templates = new Map<string, TemplateRef<{ $implicit: T; index: number }>>();
    for (const cell of [...this.cells(), ...this.within()]) {
      templates.set(cell.mcCell(), cell.template);
    }
    return templates;
  });
  private readonly tracks = computed(() => this.columns().map((column) => column.width ?? 'minmax(0, 1fr)'));
  protected readonly wide = computed(() => this.tracks().join(' '));
  protected readonly narrow = computed(() =>
    this.tracks()
      .filter((_, index) => !this.columns()[index]?.wideOnly)
      .join(' '),
  );
  protected readonly trackRow = (_: number, row: T): unknown => this.identify()(row);

  protected order(column: Column): 'ascending' | 'descending' | null {
    const sort = this.sort();
    if (!column.sortable || sort?.key !== column.key) {
      return null;
    }
    return sort.descending ? 'descending' : 'ascending';
  }

  protected ask(column: Column): void {
    const sort = this.sort();
    this.sorted.emit({ key: column.key, descending: sort?.key === column.key ? !sort.descending : true });
  }

  protected moved(first: number): void {
    // A viewport of a screen holds no more than fifty rows.
    if (first + 100 >= this.rows().length) {
      this.nearEnd.emit();
    }
  }
}
