/** Designs that come from somewhere else: checked piece by piece, so that the editor never meets what it cannot show. */

import { isColour } from './colours.ts';
import * as d from './design.ts';
import { readRich } from './rich-text.ts';

type Raw = Readonly<Record<string, unknown>>;

const MAX_TEXT = 2_000;

/** Null: it is none, or has something that this editor does not know and would lose. */
export function readDesign(value: unknown): d.Design | null {
  const raw = object(value);
  const blocks = raw && list(raw['blocks']);
  if (!raw || !blocks || blocks.length > d.MAX_BLOCKS) return null;
  const ids = new Ids();
  const read = all(blocks, (each) => readBlock(each, ids));
  const footer = object(raw['footer']);
  if (!read || !footer) return null;
  const theme = object(raw['theme']) ?? {};
  const logo = object(raw['logo']) ?? {};
  return {
    language: oneOf(raw['language'], ['en', 'de'], 'en'),
    theme: {
      brand: colour(theme['brand'], '#0f6b5c'),
      accent: colour(theme['accent'], '#b4532a'),
      page: colour(theme['page'], '#f2f4f3'),
      card: colour(theme['card'], '#ffffff'),
      text: colour(theme['text'], '#1d2422'),
      font: oneOf(theme['font'], d.FONTS, 'sans'),
      rounded: theme['rounded'] !== false,
    },
    logo: {
      src: text(logo['src']),
      name: text(logo['name']),
      href: text(logo['href']),
      width: number(logo['width'], d.MIN_LOGO, d.MAX_LOGO, 140),
      align: oneOf(logo['align'], d.ALIGNS, 'left'),
    },
    blocks: read,
    footer: {
      ...common(footer, ids),
      kind: 'footer',
      body: readRich(footer['body']),
      unsubscribe: text(footer['unsubscribe']) || 'Unsubscribe',
    },
  };
}

/** Gives each block an id of its own, the stored one where it is free. */
class Ids {
  private readonly taken = new Set<string>();

  take(wanted: unknown): string {
    let id = typeof wanted === 'string' && /^[\w-]{1,40}$/.test(wanted) ? wanted : 'b1';
    for (let n = 1; this.taken.has(id); n += 1) id = `b${n}`;
    this.taken.add(id);
    return id;
  }
}

function readBlock(value: unknown, ids: Ids): d.Block | null {
  const raw = object(value);
  if (raw?.['kind'] !== 'columns') return readLeaf(value, ids);
  const [left, right] = [list(raw['left']), list(raw['right'])];
  const columns = common(raw, ids);
  const [readLeft, readRight] = [left, right].map((side) => side && all(side, (each) => readLeaf(each, ids)));
  if (!readLeft || !readRight) return null;
  return {
    ...columns,
    kind: 'columns',
    share: oneOf(raw['share'], d.SHARES, '1:1'),
    stack: raw['stack'] !== false,
    left: readLeft,
    right: readRight,
  };
}

function readLeaf(value: unknown, ids: Ids): d.Leaf | null {
  const raw = object(value);
  const kind = d.LEAF_KINDS.find((each) => each === raw?.['kind']);
  if (!raw || !kind) return null;
  const shared = common(raw, ids);
  switch (kind) {
    case 'heading': {
      const level = oneOf(raw['level'], d.LEVELS, 2);
      const content = readRich(raw['body']).content.filter(({ type }) => type === 'paragraph');
      const body = { type: 'doc' as const, content: content.length ? content : [{ type: 'paragraph' as const }] };
      return { ...shared, kind, level, ink: oneOf(raw['ink'], d.INKS, 'text'), body };
    }
    case 'text':
      return {
        ...shared,
        kind,
        size: oneOf(raw['size'], d.SIZES, 'normal'),
        ink: oneOf(raw['ink'], d.INKS, 'text'),
        body: readRich(raw['body']),
      };
    case 'image':
      return {
        ...shared,
        kind,
        src: text(raw['src']),
        alt: text(raw['alt']),
        decorative: raw['decorative'] === true,
        href: text(raw['href']),
        width: oneOf(raw['width'], d.WIDTHS, 100),
      };
    case 'button':
      return {
        ...shared,
        kind,
        label: text(raw['label']),
        href: text(raw['href']),
        look: oneOf(raw['look'], d.LOOKS, 'filled'),
        colour: oneOf(raw['colour'], d.BUTTON_COLOURS, 'brand'),
      };
    case 'divider':
      return { ...shared, kind };
    case 'space':
      return { ...shared, kind, height: number(raw['height'], d.MIN_SPACE, d.MAX_SPACE, 24) };
  }
}

function common(raw: Raw, ids: Ids) {
  return {
    id: ids.take(raw['id']),
    align: oneOf(raw['align'], d.ALIGNS, 'left'),
    fill: oneOf(raw['fill'], d.FILLS, 'none'),
    pad: oneOf(raw['pad'], d.PADS, 'small'),
  };
}

function object(value: unknown): Raw | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : null;
}

function list(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}

function all<T>(values: readonly unknown[], read: (value: unknown) => T | null): T[] | null {
  const results = values.map(read);
  return results.every((each) => each !== null) ? results : null;
}

function oneOf<T>(value: unknown, allowed: readonly T[], otherwise: T): T {
  return allowed.find((each) => each === value) ?? otherwise;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : '';
}

function number(value: unknown, least: number, most: number, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value)
    ? Math.min(most, Math.max(least, Math.round(value)))
    : otherwise;
}

function colour(value: unknown, otherwise: string): string {
  return isColour(value) ? value.toLowerCase() : otherwise;
}
