/** Sizes, fonts and colours that the generated mail and the editor's canvas have in common. */

import { type Palette } from './colours.ts';
import type { Block, Button, Fill, Font, Footer, Heading, Ink, Pad, Text } from './design.ts';

/** Pixels. */
export const WIDTH = 600;
export const SIDE = 40;
export const GAP = 24;

/** Fonts that are on most devices, each with what stands in for it elsewhere. */
export const STACKS: Record<Font, string> = {
  sans: 'Helvetica,Arial,sans-serif',
  humanist: "Verdana,'Segoe UI',Tahoma,sans-serif",
  geometric: "'Trebuchet MS','Avenir Next','Segoe UI',Arial,sans-serif",
  serif: "Georgia,'Times New Roman',serif",
  slab: "'Palatino Linotype',Palatino,'Book Antiqua',Georgia,serif",
};

export const PADDING: Record<Pad, number> = { none: 0, small: 8, medium: 18, large: 36 };
/** Within columns, which have padding of their own. */
export const INNER_PADDING: Record<Pad, number> = { none: 0, small: 6, medium: 12, large: 20 };

export const HEADINGS: Record<Heading['level'], { size: number; line: number; phone: number }> = {
  1: { size: 32, line: 1.2, phone: 27 },
  2: { size: 23, line: 1.3, phone: 21 },
  3: { size: 18, line: 1.4, phone: 17 },
};
export const SIZES: Record<Text['size'], { size: number; line: number }> = {
  small: { size: 14, line: 1.55 },
  normal: { size: 16, line: 1.6 },
  large: { size: 19, line: 1.55 },
};

export function background(palette: Palette, fill: Fill): string {
  return { none: palette.card, tint: palette.tint, brand: palette.brandFill, accent: palette.accentFill }[fill];
}

/** The colour of a text on its background: on strong areas `text` is what can be read there. */
export function inkOn(palette: Palette, ink: Ink, fill: Fill): string {
  if (fill === 'brand' && (ink === 'text' || ink === 'soft')) return palette.onBrand;
  if (fill === 'accent' && (ink === 'text' || ink === 'soft')) return palette.onAccent;
  return palette[ink];
}

/** The colour of links in a text; on strong areas they only are underlined. */
export function linkOn(palette: Palette, fill: Fill): string {
  return fill === 'brand' ? palette.onBrand : fill === 'accent' ? palette.onAccent : palette.brand;
}

/** The class that gives a text its colour in dark mode; none where the area keeps its colour. */
export function inkClass(ink: Ink, fill: Fill): string {
  return isStrong(fill) && (ink === 'text' || ink === 'soft') ? '' : `ink-${ink}`;
}

/** What a block that stands in a column lies upon: its own background, else that of the columns. */
export function fillOf(block: Block | Footer, around: Fill): Fill {
  return block.fill === 'none' ? around : block.fill;
}

/** The colours of a button on a background. On an area of its own colour a filled one is turned around. */
export function buttonLook(
  button: Button,
  palette: Palette,
  fill: Fill,
): Record<'background' | 'border' | 'colour', string> {
  const area = button.colour === 'brand' ? palette.brandFill : palette.accentFill;
  const onArea = button.colour === 'brand' ? palette.onBrand : palette.onAccent;
  if (button.look === 'filled') {
    const [back, words] = button.colour === fill ? [onArea, area] : [area, onArea];
    return { background: back, border: back, colour: words };
  }
  const line = isStrong(fill) ? inkOn(palette, 'text', fill) : palette[button.colour];
  return { background: 'transparent', border: line, colour: line };
}

/** Whether a background keeps its colour in dark mode. */
export function isStrong(fill: Fill): boolean {
  return fill === 'brand' || fill === 'accent';
}
