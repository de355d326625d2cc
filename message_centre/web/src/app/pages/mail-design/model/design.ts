/** A mail as blocks, which is what the visual editor edits; `generate` makes its HTML. */

import { rich, type RichText } from './rich-text.ts';

export const ALIGNS = ['left', 'center', 'right'] as const;
/** Colours of texts; `text` is what can be read on the block's background. */
export const INKS = ['text', 'soft', 'brand', 'accent'] as const;
/** Backgrounds of blocks. */
export const FILLS = ['none', 'tint', 'brand', 'accent'] as const;
export const PADS = ['none', 'small', 'medium', 'large'] as const;
export const SIZES = ['small', 'normal', 'large'] as const;
export const LOOKS = ['filled', 'outlined'] as const;
export const BUTTON_COLOURS = ['brand', 'accent'] as const;
export const SHARES = ['1:1', '1:2', '2:1'] as const;
export const LEVELS = [1, 2, 3] as const;
export const WIDTHS = [25, 50, 75, 100] as const;
export const FONTS = ['sans', 'humanist', 'geometric', 'serif', 'slab'] as const;

export type Align = (typeof ALIGNS)[number];
export type Ink = (typeof INKS)[number];
export type Fill = (typeof FILLS)[number];
export type Pad = (typeof PADS)[number];
export type Font = (typeof FONTS)[number];

interface Common {
  /** Unlike that of any other block of the design. */
  readonly id: string;
  readonly align: Align;
  readonly fill: Fill;
  readonly pad: Pad;
}

export interface Heading extends Common {
  readonly kind: 'heading';
  readonly level: (typeof LEVELS)[number];
  readonly ink: Ink;
  /** Paragraphs only. */
  readonly body: RichText;
}

export interface Text extends Common {
  readonly kind: 'text';
  readonly size: (typeof SIZES)[number];
  readonly ink: Ink;
  readonly body: RichText;
}

export interface Picture extends Common {
  readonly kind: 'image';
  readonly src: string;
  readonly alt: string;
  /** The picture says nothing that has to be read out. */
  readonly decorative: boolean;
  readonly href: string;
  /** Percent of the room that there is. */
  readonly width: (typeof WIDTHS)[number];
}

export interface Button extends Common {
  readonly kind: 'button';
  readonly label: string;
  readonly href: string;
  readonly look: (typeof LOOKS)[number];
  readonly colour: (typeof BUTTON_COLOURS)[number];
}

export interface Divider extends Common {
  readonly kind: 'divider';
}

export interface Space extends Common {
  readonly kind: 'space';
  /** Pixels. */
  readonly height: number;
}

export interface Columns extends Common {
  readonly kind: 'columns';
  readonly share: (typeof SHARES)[number];
  /** Whether they stand below each other on phones. */
  readonly stack: boolean;
  readonly left: readonly Leaf[];
  readonly right: readonly Leaf[];
}

/** The end of each mail: who sends it and why, and the way out. */
export interface Footer extends Common {
  readonly kind: 'footer';
  readonly body: RichText;
  /** The words that lead to unsubscribing. */
  readonly unsubscribe: string;
}

export type Leaf = Heading | Text | Picture | Button | Divider | Space;
export type Block = Leaf | Columns;
export type AnyBlock = Block | Footer;
export type Kind = Block['kind'];
export const LEAF_KINDS = ['heading', 'text', 'image', 'button', 'divider', 'space'] as const satisfies Leaf['kind'][];
export const KINDS = [...LEAF_KINDS, 'columns'] as const satisfies Kind[];

export interface Theme {
  readonly brand: string;
  readonly accent: string;
  /** Around the mail. */
  readonly page: string;
  /** Behind its texts. */
  readonly card: string;
  readonly text: string;
  readonly font: Font;
  readonly rounded: boolean;
}

/** What stands on top; its name stands there while it has no picture. */
export interface Logo {
  readonly src: string;
  readonly name: string;
  readonly href: string;
  /** Pixels. */
  readonly width: number;
  readonly align: Align;
}

export interface Design {
  readonly language: 'en' | 'de';
  readonly theme: Theme;
  readonly logo: Logo;
  readonly blocks: readonly Block[];
  readonly footer: Footer;
}

export const MAX_BLOCKS = 200;
export const MIN_SPACE = 4;
export const MAX_SPACE = 120;
export const MIN_LOGO = 40;
export const MAX_LOGO = 400;

/** A block of a kind as it begins. `words` are its first texts. */
export function newBlock(kind: Kind, id: string, words: { text: string; label: string }): Block {
  const common = { id, align: 'left', fill: 'none', pad: 'small' } as const;
  switch (kind) {
    case 'heading':
      return { ...common, kind, level: 2, ink: 'text', body: rich(words.text) };
    case 'text':
      return { ...common, kind, size: 'normal', ink: 'text', body: rich(words.text) };
    case 'image':
      return { ...common, kind, align: 'center', src: '', alt: '', decorative: false, href: '', width: 100 };
    case 'button':
      return { ...common, kind, label: words.label, href: '', look: 'filled', colour: 'brand' };
    case 'divider':
      return { ...common, kind };
    case 'space':
      return { ...common, kind, height: 24 };
    case 'columns':
      return { ...common, kind, share: '1:1', stack: true, left: [], right: [] };
  }
}

export function leaves(design: Design): (Leaf | Footer)[] {
  const inside = (block: Block): Leaf[] => (block.kind === 'columns' ? [...block.left, ...block.right] : [block]);
  return [...design.blocks.flatMap(inside), design.footer];
}

export function allBlocks(design: Design): AnyBlock[] {
  return [
    ...design.blocks.flatMap((block) => (block.kind === 'columns' ? [block, ...block.left, ...block.right] : [block])),
    design.footer,
  ];
}
