/** Short ways to write the blocks of a starter design. */

import type { Block, Button, Columns, Design, Heading, Leaf, Text } from '../model/design.ts';
import { rich, type RichText } from '../model/rich-text.ts';

type Options<B> = Partial<Omit<B, 'id' | 'kind' | 'body'>>;

const COMMON = { id: '', align: 'left', fill: 'none', pad: 'small' } as const;
/** Where links lead until somebody says where. */
export const EXAMPLE = 'https://www.example.com/';

export function heading(level: Heading['level'], line: string, options: Options<Heading> = {}): Heading {
  return { ...COMMON, kind: 'heading', level, ink: 'text', body: rich(line), ...options };
}

export function text(body: RichText | string, options: Options<Text> = {}): Text {
  const written = typeof body === 'string' ? rich(body) : body;
  return { ...COMMON, kind: 'text', size: 'normal', ink: 'text', body: written, ...options };
}

export function button(label: string, options: Options<Button> = {}): Button {
  return {
    ...COMMON,
    kind: 'button',
    label,
    href: EXAMPLE,
    look: 'filled',
    colour: 'brand',
    pad: 'medium',
    ...options,
  };
}

export const divider = (): Leaf => ({ ...COMMON, kind: 'divider', pad: 'medium' });
export const space = (height: number, fill: Leaf['fill'] = 'none'): Leaf => ({
  ...COMMON,
  kind: 'space',
  height,
  fill,
});

export function columns(left: Leaf[], right: Leaf[], options: Options<Columns> = {}): Columns {
  return { ...COMMON, kind: 'columns', share: '1:1', stack: true, pad: 'medium', left, right, ...options };
}

/** A link within a text. */
export function linked(words: string): RichText {
  return {
    type: 'doc',
    content: [
      {
        type: 'paragraph',
        content: [{ type: 'text', text: words, marks: [{ type: 'link', attrs: { href: EXAMPLE } }] }],
      },
    ],
  };
}

/** Gives each block its id. */
export function numbered(design: Design): Design {
  let next = 1;
  const id = () => `b${next++}`;
  const leaf = <L extends Leaf>(each: L): L => ({ ...each, id: id() });
  const blocks = design.blocks.map((block): Block => {
    if (block.kind !== 'columns') return leaf(block);
    return { ...block, id: id(), left: block.left.map(leaf), right: block.right.map(leaf) };
  });
  return { ...design, blocks, footer: { ...design.footer, id: id() } };
}
