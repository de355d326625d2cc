import { allBlocks, type Columns, type Design, type Leaf } from './design.ts';
import { at, change, duplicate, find, freshId, insert, move, placeOf, remove, step } from './edit.ts';
import { randomDesign } from './random-design.ts';

const leaf = (id: string): Leaf => ({ id, kind: 'divider', align: 'left', fill: 'none', pad: 'small' });
const columns: Columns = {
  id: 'c',
  kind: 'columns',
  align: 'left',
  fill: 'none',
  pad: 'small',
  share: '1:1',
  stack: true,
  left: [leaf('l1'), leaf('l2')],
  right: [leaf('r1')],
};
const DESIGN: Design = { ...randomDesign(1), blocks: [leaf('a'), columns, leaf('z')] };

/** `a [l1 l2 | r1] z` */
function shape(design: Design): string {
  const ids = (blocks: readonly { id: string }[]) => blocks.map(({ id }) => id).join(' ');
  return design.blocks
    .map((block) => (block.kind === 'columns' ? `[${ids(block.left)} | ${ids(block.right)}]` : block.id))
    .join(' ');
}

const root = (index: number) => ({ columns: null, side: 'left', index }) as const;

describe('changes of designs', () => {
  it('walks one block through every place by steps down, and back by steps up', () => {
    let design = DESIGN;
    const seen = [shape(design)];
    for (let place = step(design, 'a', true); place; place = step(design, 'a', true)) {
      design = move(design, 'a', place);
      seen.push(shape(design));
    }
    expect(seen).toEqual([
      'a [l1 l2 | r1] z',
      '[a l1 l2 | r1] z',
      '[l1 a l2 | r1] z',
      '[l1 l2 a | r1] z',
      '[l1 l2 | a r1] z',
      '[l1 l2 | r1 a] z',
      '[l1 l2 | r1] a z',
      '[l1 l2 | r1] z a',
    ]);
    const back = [shape(design)];
    for (let place = step(design, 'a', false); place; place = step(design, 'a', false)) {
      design = move(design, 'a', place);
      back.push(shape(design));
    }
    expect(back).toEqual([...seen].reverse());
  });

  it('moves columns only along the mail', () => {
    expect(shape(move(DESIGN, 'c', root(0)))).toBe('[l1 l2 | r1] a z');
    const two = insert(DESIGN, { ...columns, id: 'd', left: [], right: [] }, root(3));
    expect(move(two, 'd', { columns: 'c', side: 'left', index: 0 })).toBe(two);
    expect(shape(move(two, 'd', step(two, 'd', false) ?? root(0)))).toBe('a [l1 l2 | r1] [ | ] z');
    expect(move(DESIGN, 'c', { columns: 'c', side: 'left', index: 0 })).toBe(DESIGN);
  });

  it('moves to where something was dropped, as the mail was before', () => {
    expect(shape(move(DESIGN, 'a', root(3)))).toBe('[l1 l2 | r1] z a');
    expect(shape(move(DESIGN, 'z', { columns: 'c', side: 'right', index: 1 }))).toBe('a [l1 l2 | r1 z]');
    expect(shape(move(DESIGN, 'l1', { columns: 'c', side: 'left', index: 2 }))).toBe('a [l2 l1 | r1] z');
    expect(move(DESIGN, 'a', root(1))).toBe(DESIGN);
  });

  it('duplicates columns with ids of their own', () => {
    const made = duplicate(DESIGN, 'c');
    if (!made) throw new Error('no copy');
    const ids = allBlocks(made.design).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(placeOf(made.design, made.id)).toEqual(root(2));
  });

  it('neither removes, moves nor doubles the footer', () => {
    const { id } = DESIGN.footer;
    expect(remove(DESIGN, id)).toBe(DESIGN);
    expect(move(DESIGN, id, root(0))).toBe(DESIGN);
    expect(duplicate(DESIGN, id)).toBeNull();
    expect(find(change(DESIGN, id, { unsubscribe: 'Leave' }), id)).toMatchObject({ unsubscribe: 'Leave' });
  });

  it('keeps every block through any moves, each with its own id', () => {
    for (let seed = 0; seed < 60; seed += 1) {
      let design = randomDesign(seed);
      const ids = allBlocks(design).map(({ id }) => id);
      for (const [turn, id] of ids.entries()) {
        const place = step(design, id, (seed + turn) % 2 === 0);
        if (place) {
          expect(at(design, place)).not.toBeNull();
          design = move(design, id, place);
        }
      }
      expect(
        allBlocks(design)
          .map(({ id }) => id)
          .sort(),
      ).toEqual([...ids].sort());
      expect(ids).not.toContain(freshId(design));
    }
  });
});
