import { Injectable, computed, signal } from '@angular/core';

import { allBlocks, newBlock, type Design, type Kind, type Logo, type Theme } from './model/design.ts';
import * as edit from './model/edit.ts';
import type { Prose } from './prose';

/** So many steps can be undone. */
const STEPS = 200;
/** Changes of one thing within so many milliseconds are one step: a word, not each of its letters. */
const TOGETHER = 800;

/** The design that is edited, with its history. Provided by the editor, one each. */
@Injectable()
export class DesignStore {
  private readonly past = signal<readonly Design[]>([]);
  private readonly future = signal<readonly Design[]>([]);
  private readonly now = signal<Design | null>(null);
  private last = { what: '', at: 0 };

  readonly design = this.now.asReadonly();
  readonly editable = signal(true);
  /** The id of the block that is edited; null: the mail as a whole. */
  readonly selected = signal<string | null>(null);
  /** The text that the person writes in, or wrote in last; fields and looks go there. */
  readonly writing = signal<Prose | null>(null);
  /** Counts the changes that were made here. */
  readonly changes = signal(0);
  /** Counts the moves of the caret in texts. */
  readonly moved = signal(0);

  readonly block = computed(() => {
    const [design, id] = [this.now(), this.selected()];
    return design && id !== null ? edit.find(design, id) : null;
  });
  readonly canUndo = computed(() => this.editable() && this.past().length > 0);
  readonly canRedo = computed(() => this.editable() && this.future().length > 0);

  /** Takes a design from outside; what was here before cannot be undone to. */
  open(design: Design): void {
    this.past.set([]);
    this.future.set([]);
    this.last = { what: '', at: 0 };
    this.show(design);
  }

  change(id: string, values: Partial<Record<string, unknown>>): void {
    this.apply((design) => edit.change(design, id, values), `${id}.${Object.keys(values).join()}`);
  }

  theme(values: Partial<Theme>): void {
    this.apply(
      (design) => ({ ...design, theme: { ...design.theme, ...values } }),
      `theme.${Object.keys(values).join()}`,
    );
  }

  logo(values: Partial<Logo>): void {
    this.apply((design) => ({ ...design, logo: { ...design.logo, ...values } }), `logo.${Object.keys(values).join()}`);
  }

  language(language: Design['language']): void {
    this.apply((design) => ({ ...design, language }), 'language');
  }

  /** Adds a block to a place; without one behind the block that is selected, else at the end. */
  add(kind: Kind, words: { text: string; label: string }, place?: edit.Place): void {
    const design = this.now();
    if (!design) return;
    const block = newBlock(kind, edit.freshId(design), words);
    this.apply((before) => edit.insert(before, block, place ?? this.behindSelected(before, kind)), '');
    this.selected.set(block.id);
  }

  private behindSelected(design: Design, kind: Kind): edit.Place {
    const id = this.selected();
    let place = id === null ? null : edit.placeOf(design, id);
    if (kind === 'columns' && place && place.columns !== null) place = edit.placeOf(design, place.columns);
    return place ? { ...place, index: place.index + 1 } : { columns: null, side: 'left', index: design.blocks.length };
  }

  move(id: string, place: edit.Place): void {
    this.apply((design) => edit.move(design, id, place), '');
  }

  canStep(id: string, down: boolean): boolean {
    const design = this.now();
    return design !== null && edit.step(design, id, down) !== null;
  }

  step(id: string, down: boolean): void {
    const design = this.now();
    const place = design && edit.step(design, id, down);
    if (place) this.move(id, place);
  }

  duplicate(id: string): void {
    const design = this.now();
    const made = design && edit.duplicate(design, id);
    if (!made) return;
    this.apply(() => made.design, '');
    this.selected.set(made.id);
  }

  remove(id: string): void {
    this.apply((design) => edit.remove(design, id), '');
  }

  undo(): void {
    this.travel(this.past, this.future);
  }

  redo(): void {
    this.travel(this.future, this.past);
  }

  private travel(from: typeof this.past, to: typeof this.past): void {
    const [now, next] = [this.now(), from().at(-1)];
    if (!this.editable() || !now || !next) return;
    from.update((steps) => steps.slice(0, -1));
    to.update((steps) => [...steps, now]);
    this.last = { what: '', at: 0 };
    this.show(next);
    this.changes.update((times) => times + 1);
  }

  /** `what` names the thing that is changed, so that quick changes of it become one step; empty: always a step. */
  private apply(make: (design: Design) => Design, what: string): void {
    const design = this.now();
    if (!design || !this.editable()) return;
    const next = make(design);
    if (next === design) return;
    const together = what !== '' && what === this.last.what && Date.now() - this.last.at < TOGETHER;
    if (!together) this.past.update((steps) => [...steps.slice(1 - STEPS), design]);
    this.last = { what, at: Date.now() };
    this.future.set([]);
    this.show(next);
    this.changes.update((times) => times + 1);
  }

  private show(design: Design): void {
    this.now.set(design);
    const id = this.selected();
    if (id !== null && !allBlocks(design).some((block) => block.id === id)) this.selected.set(null);
  }
}
