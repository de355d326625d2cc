/** Changes of designs; each gives a new design. Blocks are found by id, wherever they stand. */

import { allBlocks, type AnyBlock, type Block, type Columns, type Design, type Leaf } from './design.ts';

/** A row of the mail, or one of the two columns of a block. */
export interface Place {
  /** The id of the block of columns; null: the mail itself. */
  readonly columns: string | null;
  readonly side: 'left' | 'right';
  /** Before the block that stands there now. */
  readonly index: number;
}

const SIDES = ['left', 'right'] as const;

export function find(design: Design, id: string): AnyBlock | null {
  return allBlocks(design).find((block) => block.id === id) ?? null;
}

export function placeOf(design: Design, id: string): Place | null {
  for (const [index, block] of design.blocks.entries()) {
    if (block.id === id) return { columns: null, side: 'left', index };
    if (block.kind !== 'columns') continue;
    for (const side of SIDES) {
      const inside = block[side].findIndex((leaf) => leaf.id === id);
      if (inside >= 0) return { columns: block.id, side, index: inside };
    }
  }
  return null;
}

export function freshId(design: Design): string {
  const taken = allBlocks(design).map(({ id }) => Number(/^b(\d+)$/.exec(id)?.[1] ?? 0));
  return `b${Math.max(0, ...taken) + 1}`;
}

/** With some properties of a block changed. */
export function change(design: Design, id: string, values: Partial<Record<string, unknown>>): Design {
  const changed = <B extends AnyBlock>(block: B): B => (block.id === id ? { ...block, ...values } : block);
  return {
    ...design,
    footer: changed(design.footer),
    blocks: design.blocks.map((block) =>
      block.kind === 'columns' && block.id !== id
        ? { ...block, left: block.left.map(changed), right: block.right.map(changed) }
        : changed(block),
    ),
  };
}

/** The blocks of a place: of the mail, or of a column; null when there is no such column. */
export function at(design: Design, place: Place): readonly Block[] | null {
  if (place.columns === null) return design.blocks;
  const columns = find(design, place.columns);
  return columns?.kind === 'columns' ? columns[place.side] : null;
}

function withList(design: Design, place: Place, blocks: readonly Block[]): Design {
  return place.columns === null ? { ...design, blocks } : change(design, place.columns, { [place.side]: blocks });
}

/** With a block in a place; unchanged where it cannot stand, as columns within columns. */
export function insert(design: Design, block: Block, place: Place): Design {
  const list = at(design, place);
  if (!list || (place.columns !== null && block.kind === 'columns')) return design;
  const index = Math.min(list.length, Math.max(0, place.index));
  return withList(design, place, [...list.slice(0, index), block, ...list.slice(index)]);
}

export function remove(design: Design, id: string): Design {
  const place = placeOf(design, id);
  const list = place && at(design, place);
  return place && list
    ? withList(
        design,
        place,
        list.filter((block) => block.id !== id),
      )
    : design;
}

/** With a block moved to a place, which is meant as the design is before. */
export function move(design: Design, id: string, place: Place): Design {
  const from = placeOf(design, id);
  const block = find(design, id);
  if (!from || !block || block.kind === 'footer' || place.columns === id) return design;
  if (place.columns !== null && block.kind === 'columns') return design;
  const sameList = from.columns === place.columns && (from.columns === null || from.side === place.side);
  const index = sameList && from.index < place.index ? place.index - 1 : place.index;
  return sameList && index === from.index ? design : insert(remove(design, id), block, { ...place, index });
}

/** With a copy behind it, which has ids of its own; answers the id of the copy too. */
export function duplicate(design: Design, id: string): { design: Design; id: string } | null {
  const place = placeOf(design, id);
  const block = find(design, id);
  if (!place || !block || block.kind === 'footer') return null;
  let next = Number(freshId(design).slice(1));
  const fresh = () => `b${next++}`;
  const copied = fresh();
  const copyOf = (leaf: Leaf): Leaf => ({ ...leaf, id: fresh() });
  const copy: Block =
    block.kind === 'columns'
      ? { ...block, id: copied, left: block.left.map(copyOf), right: block.right.map(copyOf) }
      : { ...block, id: copied };
  return { design: insert(design, copy, { ...place, index: place.index + 1 }), id: copied };
}

/**
 * Where one step up or down leads: along the mail and, for what may stand there, through each column on the way, so that
 * two buttons reach every place. Null at the ends.
 */
export function step(design: Design, id: string, down: boolean): Place | null {
  const from = placeOf(design, id);
  const block = find(design, id);
  if (!from || !block) return null;
  if (from.columns !== null) {
    const columns = find(design, from.columns) as Columns;
    const inside = from.index + (down ? 2 : -1);
    if (down ? inside <= columns[from.side].length : inside >= 0) return { ...from, index: inside };
    if (down && from.side === 'left') return { ...from, side: 'right', index: 0 };
    if (!down && from.side === 'right') return { ...from, side: 'left', index: columns.left.length };
    const outside = placeOf(design, columns.id)?.index ?? 0;
    return { columns: null, side: 'left', index: outside + (down ? 1 : 0) };
  }
  const neighbour = design.blocks[from.index + (down ? 1 : -1)];
  if (!neighbour) return null;
  if (neighbour.kind === 'columns' && block.kind !== 'columns') {
    const side = down ? 'left' : 'right';
    return { columns: neighbour.id, side, index: down ? 0 : neighbour.right.length };
  }
  return { columns: null, side: 'left', index: from.index + (down ? 2 : -1) };
}
