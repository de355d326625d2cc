import { LiveAnnouncer } from '@angular/cdk/a11y';
import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  inject,
  input,
} from '@angular/core';

import { Texts } from '@core/i18n/texts';
import { AddBlock, KIND_NAMES } from './add-block';
import { BlockDrag } from './block-drag';
import { type Act, BlockFrame } from './block-frame';
import { BlockView } from './block-view';
import { DesignStore } from './design-store';
import { lightPalette } from './model/colours.ts';
import type { AnyBlock, Block, Columns, Design, Fill } from './model/design.ts';
import type { Place } from './model/edit.ts';
import { isPictureAddress } from './model/links.ts';
import { background, fillOf, INNER_PADDING, PADDING, SIDE, STACKS } from './model/looks.ts';

/** The mail, block by block, as it is written. */
@Component({
  selector: 'mc-design-canvas',
  imports: [AddBlock, BlockFrame, BlockView],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './design-canvas.html',
  styleUrl: './design-canvas.scss',
})
export class DesignCanvas {
  readonly design = input.required<Design>();
  readonly fields = input<readonly string[]>([]);

  protected readonly store = inject(DesignStore);
  protected readonly texts = inject(Texts);
  private readonly announcer = inject(LiveAnnouncer);
  private readonly injector = inject(Injector);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  protected readonly sides = ['left', 'right'] as const;
  protected readonly fillOf = fillOf;
  protected readonly palette = computed(() => lightPalette(this.design().theme));
  protected readonly font = computed(() => STACKS[this.design().theme.font]);
  protected readonly logoShown = computed(() => isPictureAddress(this.design().logo.src));
  protected readonly end = computed<Place>(() => ({ columns: null, side: 'left', index: this.design().blocks.length }));
  protected readonly drag = new BlockDrag(
    () => this.host,
    (id, place) => {
      this.store.move(id, place);
      this.say(id, 'design.moved');
    },
  );

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.drag.end();
    });
  }

  protected do(act: Act, block: AnyBlock): void {
    const { id } = block;
    if (act === 'remove') {
      const neighbour = this.neighbour(id);
      this.say(id, 'design.removed');
      this.store.remove(id);
      this.store.selected.set(neighbour);
      if (neighbour) this.focusLater(neighbour);
    } else if (act === 'duplicate') {
      this.store.duplicate(id);
      this.say(id, 'design.duplicated');
      this.focusLater(this.store.selected());
    } else {
      this.store.step(id, act === 'down');
      this.say(id, 'design.moved');
      this.focusLater(id, act);
    }
  }

  /** The block that is selected when this one is gone. */
  private neighbour(id: string): string | null {
    const own = this.host.querySelector(`[data-block="${id}"]`);
    const next = own?.nextElementSibling ?? null;
    const before = own?.previousElementSibling ?? null;
    const found = [next, before].find((each) => each?.hasAttribute('data-block'));
    return found?.getAttribute('data-block') ?? null;
  }

  /** A moved element loses the focus: it gets it back, on the button that was pressed where that can still be. */
  private focusLater(id: string | null, act?: Act): void {
    afterNextRender(
      () => {
        const frame = this.host.querySelector<HTMLElement>(`[data-block="${id ?? ''}"]`);
        const button = act && frame?.querySelector<HTMLButtonElement>(`[data-act="${act}"]:not(:disabled)`);
        (button ?? frame)?.focus();
      },
      { injector: this.injector },
    );
  }

  private say(id: string, text: 'design.moved' | 'design.removed' | 'design.duplicated'): void {
    const blocks = this.design().blocks;
    const block = this.store.block() ?? blocks.find((each) => each.id === id);
    if (block) void this.announcer.announce(this.texts.t(text, { block: this.texts.t(KIND_NAMES[block.kind]) }));
  }

  protected padding(block: Block): string {
    const side = block.kind === 'image' && block.pad === 'none' ? '0' : `var(--mail-side, ${SIDE}px)`;
    return `${block.kind === 'space' ? 0 : PADDING[block.pad]}px ${side}`;
  }

  protected innerPadding(block: Block): string {
    return `${block.kind === 'space' ? 0 : INNER_PADDING[block.pad]}px ${block.fill === 'none' ? 0 : 16}px`;
  }

  protected back(fill: Fill): string {
    return fill === 'none' ? '' : background(this.palette(), fill);
  }

  protected shares(columns: Columns): string {
    return { '1:1': '1fr 1fr', '1:2': '1fr 2fr', '2:1': '2fr 1fr' }[columns.share];
  }

  protected isHere(columns: string | null, side: Place['side'], index: number): boolean {
    const place = this.drag.place();
    return place?.columns === columns && (columns === null || place.side === side) && place.index === index;
  }
}
