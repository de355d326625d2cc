import { DestroyRef, inject, signal } from '@angular/core';

import { Problem } from '@core/api/problem';

/**
 * Something that a page shows: as it was last loaded, or why it could not be. Made in an injection context, and over
 * with it.
 */
export class Loaded<T> {
  readonly value = signal<T | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly loading = signal(false);
  /** When `value` came, in milliseconds. */
  readonly at = signal(0);

  private current = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private over = false;

  constructor(private readonly load: (signal: AbortSignal) => Promise<T>) {
    inject(DestroyRef).onDestroy(() => {
      this.over = true;
      this.current.abort();
      clearTimeout(this.timer);
    });
  }

  /** Loads anew; what is shown stays until then. */
  async reload(): Promise<void> {
    this.current.abort();
    this.current = new AbortController();
    const { signal } = this.current;
    this.loading.set(true);
    try {
      const value = await this.load(signal);
      if (!signal.aborted) {
        this.value.set(value);
        this.problem.set(null);
        this.at.set(Date.now());
      }
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

  /** Loads now and then again `seconds()` after each answer, while the page is seen and that is not null. */
  async follow(seconds: () => number | null): Promise<void> {
    clearTimeout(this.timer);
    if (document.visibilityState === 'visible') {
      await this.reload();
    }
    const pause = seconds();
    if (!this.over && pause !== null) {
      this.timer = setTimeout(() => void this.follow(seconds), pause * 1000);
    }
  }
}
