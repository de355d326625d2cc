/** Designs of any shape, for tests: the same number gives the same design. */

import * as d from './design.ts';
import type { Inline, List, Mark, Paragraph, RichText } from './rich-text.ts';

/** Texts that could harm a page, a template or a comment. */
const TEXTS = [
  'Hello',
  'Ünïcödé 🎈',
  '<script>alert(1)</script>',
  '"quoted" & \'single\'',
  '{{ 7 * 7 }}',
  '{% raw %}',
  '#} {# ',
  '{# comment',
  '}} {{ first_name',
  '{{ first_name }}',
  "{{ city|default('there') }}",
  '{{ loop }}',
  '\\',
  ' ',
  '\u0000\u0002',
  '-->',
  '<![endif]-->',
];
const ADDRESSES = [
  '',
  'https://example.com/?a=1&b="2"',
  'example.com',
  'mailto:anna@example.com',
  'javascript:alert(1)',
  'https://example.com/{{ code }}',
  '{{ link }}',
  'data:text/html,x',
  'http://',
];
const FIELDS = [
  { name: 'first_name', fallback: '' },
  { name: 'city', fallback: 'it\'s \\ }} %} #} "here"' },
  { name: 'email', fallback: 'x' },
];

class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed * 2_654_435_761 + 1;
  }

  /** From 0 to one less than `sides` (mulberry32). */
  roll(sides: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  }

  one<T>(values: readonly T[]): T {
    return values[this.roll(values.length)] as T;
  }

  many<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.roll(most + 1) }, make);
  }
}

export function randomDesign(seed: number): d.Design {
  const dice = new Dice(seed);
  let next = 1;
  const common = () => ({
    id: `b${next++}`,
    align: dice.one(d.ALIGNS),
    fill: dice.one(d.FILLS),
    pad: dice.one(d.PADS),
  });
  const colour = () => `#${dice.roll(0x1000000).toString(16).padStart(6, '0')}`;
  const leaf = (): d.Leaf => {
    const shared = common();
    const kind = dice.one(d.LEAF_KINDS);
    switch (kind) {
      case 'heading': {
        const content = [paragraph(dice), ...dice.many(1, () => paragraph(dice))];
        return { ...shared, kind, level: dice.one(d.LEVELS), ink: dice.one(d.INKS), body: { type: 'doc', content } };
      }
      case 'text':
        return { ...shared, kind, size: dice.one(d.SIZES), ink: dice.one(d.INKS), body: body(dice) };
      case 'image':
        return {
          ...shared,
          kind,
          src: dice.one(ADDRESSES),
          alt: dice.one(TEXTS),
          decorative: dice.roll(2) === 0,
          href: dice.one(ADDRESSES),
          width: dice.one(d.WIDTHS),
        };
      case 'button':
        return {
          ...shared,
          kind,
          label: dice.one(TEXTS),
          href: dice.one(ADDRESSES),
          look: dice.one(d.LOOKS),
          colour: dice.one(d.BUTTON_COLOURS),
        };
      case 'divider':
        return { ...shared, kind };
      case 'space':
        return { ...shared, kind, height: d.MIN_SPACE + dice.roll(d.MAX_SPACE - d.MIN_SPACE) };
    }
  };
  const block = (): d.Block => {
    if (dice.roll(4)) return leaf();
    const [left, right] = [dice.many(3, leaf), dice.many(3, leaf)];
    return { ...common(), kind: 'columns', share: dice.one(d.SHARES), stack: dice.roll(2) === 0, left, right };
  };
  return {
    language: dice.one(['en', 'de'] as const),
    theme: {
      brand: colour(),
      accent: colour(),
      page: colour(),
      card: colour(),
      text: colour(),
      font: dice.one(d.FONTS),
      rounded: dice.roll(2) === 0,
    },
    logo: {
      src: dice.one(ADDRESSES),
      name: dice.one(TEXTS),
      href: dice.one(ADDRESSES),
      width: d.MIN_LOGO + dice.roll(d.MAX_LOGO - d.MIN_LOGO),
      align: dice.one(d.ALIGNS),
    },
    blocks: dice.many(8, block),
    footer: { ...common(), kind: 'footer', body: body(dice), unsubscribe: dice.one(TEXTS).trim() || 'Leave' },
  };
}

function body(dice: Dice): RichText {
  const blocks = dice.many(3, () => (dice.roll(3) ? paragraph(dice) : list(dice, 1)));
  return { type: 'doc', content: [paragraph(dice), ...blocks] };
}

function list(dice: Dice, depth: number): List {
  const item = () => {
    const deeper = depth < 3 && dice.roll(3) === 0 ? [list(dice, depth + 1)] : [];
    return { type: 'list_item' as const, content: [paragraph(dice), ...deeper] };
  };
  return { type: dice.one(['bullet_list', 'ordered_list'] as const), content: [item(), ...dice.many(2, item)] };
}

function paragraph(dice: Dice): Paragraph {
  const content = dice.many(4, (): Inline => {
    const marks: Mark[] = [];
    if (dice.roll(4) === 0) marks.push({ type: 'link', attrs: { href: dice.one(ADDRESSES) } });
    if (dice.roll(3) === 0) marks.push({ type: 'strong' });
    if (dice.roll(3) === 0) marks.push({ type: 'em' });
    const marked = marks.length ? { marks } : {};
    const kind = dice.roll(6);
    if (kind === 0) return { type: 'hard_break' };
    if (kind === 1) return { type: 'variable', attrs: dice.one(FIELDS), ...marked };
    return { type: 'text', text: dice.one(TEXTS), ...marked };
  });
  return content.length ? { type: 'paragraph', content } : { type: 'paragraph' };
}
