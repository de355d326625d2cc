import { signal } from '@angular/core';

import type { Page } from '@core/api/documents';
import { Problem } from '@core/api/problem';

/** Gets the page after `cursor`, the first one for null. */
export type PageLoader<T> = (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>;

/** A list that the API hands out in pages, as far as it is loaded. */
export class CursorList<T> {
  readonly items = signal<readonly T[]>([]);
  readonly loading = signal(false);
  readonly problem = signal<Problem | null>(null);
  /** Whether the first page has come. */
  readonly begun = signal(false);
  /** Whether the last page has come. */
  readonly complete = signal(false);

  private cursor: string | null = null;
  private current = new AbortController();

  constructor(private readonly load: PageLoader<T>) {}

  /** Begins anew, such as for another filter; what is shown stays until the first page is there. */
  async restart(): Promise<void> {
    this.current.abort();
    this.current = new AbortController();
    this.cursor = null;
    this.loading.set(false);
    this.complete.set(false);
    await this.more();
  }

  /** Gets the next page, if there is one and none is on its way; the first one takes the place of what is shown. */
  async more(): Promise<void> {
    if (this.loading() || this.complete()) {
      return;
    }
    const { signal } = this.current;
    const first = this.cursor === null;
    this.loading.set(true);
    this.problem.set(null);
    try {
      let page: Page<T>;
      do {
        // A page of a filtered list may be empty though more follows.
        page = await this.load(this.cursor, signal);
        this.cursor = page.next;
      } while (page.items.length === 0 && this.cursor !== null && !signal.aborted);
      if (signal.aborted) {
        return;
      }
      this.items.update((items) => (first ? page.items : [...items, ...page.items]));
      this.complete.set(page.next === null);
      this.begun.set(true);
    } catch (cause) {
      if (!signal.aborted) {
        this.problem.set(Problem.of(cause));
      }
    } finally {
      if (!signal.aborted) {
        this.loading.set(false);
      }
    }
  }

  /** Gets up to five of the items anew that are `moving`; what cannot be had stays as it was. */
  async renew(moving: (item: T) => boolean, get: (item: T) => Promise<T>): Promise<void> {
    for (const item of this.items().filter(moving).slice(0, 5)) {
      try {
        const renewed = await get(item);
        this.items.update((items) => items.map((each) => (each === item ? renewed : each)));
      } catch {
        // The next round asks again.
      }
    }
  }
}
