import { signal } from '@angular/core';

import type { Kind } from './model/design.ts';
import type { Place } from './model/edit.ts';

/** Pixels from the window's edge in which it scrolls while something is dragged, and how far each time. */
const EDGE = 90;
const SCROLL = 14;

/**
 * Drags a block with mouse, pen or finger. Lists of blocks are elements with `data-list` (empty: the mail; else the id of
 * columns and the side, as `b4:left`), blocks in them have `data-block`.
 */
export class BlockDrag {
  /** The block that is dragged. */
  readonly id = signal<string | null>(null);
  /** Where it would be put. */
  readonly place = signal<Place | null>(null);
  private stop: (() => void) | null = null;

  constructor(
    private readonly canvas: () => HTMLElement,
    private readonly dropped: (id: string, place: Place) => void,
  ) {}

  start(event: PointerEvent, id: string, kind: Kind): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.end();
    this.id.set(id);
    const move = (at: PointerEvent) => {
      this.place.set(this.under(at.clientX, at.clientY, kind));
      if (at.clientY < EDGE) scrollBy(0, -SCROLL);
      if (at.clientY > innerHeight - EDGE) scrollBy(0, SCROLL);
    };
    const drop = () => {
      const place = this.place();
      this.end();
      if (place) this.dropped(id, place);
    };
    const escape = (key: KeyboardEvent) => {
      if (key.key === 'Escape') this.end();
    };
    const cancel = () => {
      this.end();
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', drop);
    addEventListener('pointercancel', cancel);
    addEventListener('keydown', escape);
    this.stop = () => {
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', drop);
      removeEventListener('pointercancel', cancel);
      removeEventListener('keydown', escape);
    };
  }

  /** Lets go without moving anything. */
  end(): void {
    this.stop?.();
    this.stop = null;
    this.id.set(null);
    this.place.set(null);
  }

  private under(x: number, y: number, kind: Kind): Place | null {
    const lists = [...this.canvas().querySelectorAll<HTMLElement>('[data-list]')].filter((list) => {
      const { left, right, top, bottom } = list.getBoundingClientRect();
      const fits = kind !== 'columns' || list.dataset['list'] === '';
      return fits && x >= left && x <= right && y >= top && y <= bottom;
    });
    // The innermost comes last in the document.
    const list = lists.at(-1);
    if (!list) return null;
    const blocks = [...list.querySelectorAll<HTMLElement>(':scope > [data-block]')];
    const below = blocks.findIndex((block) => {
      const { top, height } = block.getBoundingClientRect();
      return y < top + height / 2;
    });
    const [columns = '', side] = (list.dataset['list'] ?? '').split(':');
    return {
      columns: columns === '' ? null : columns,
      side: side === 'right' ? 'right' : 'left',
      index: below < 0 ? blocks.length : below,
    };
  }
}
