/** What is worth mending in a design, found while it is edited. */

import { contrast, darkPalette, LARGE_CONTRAST, lightPalette, TEXT_CONTRAST } from './colours.ts';
import type { Block, Design, Fill, Footer, Heading, Leaf, Text } from './design.ts';
import { fieldsOf, textOf, type Field } from './fields.ts';
import { isLink, isPictureAddress } from './links.ts';
import { background, fillOf, inkOn } from './looks.ts';
import { inlines, isEmpty } from './rich-text.ts';

export type Fault =
  | 'pictureMissing'
  | 'altMissing'
  | 'linkMissing'
  | 'linkWrong'
  | 'linkExample'
  | 'linkWords'
  | 'contrast'
  | 'empty'
  | 'fallback';

export interface Remark {
  /** The block; null: the mail as a whole. */
  readonly id: string | null;
  readonly fault: Fault;
  /** What it is about: a field's name, or an address. */
  readonly about: string;
}

/** Fields that every mail has without anybody giving them. */
const GIVEN = new Set(['email', 'unsubscribe_url']);
/** Where the links of starter designs lead (RFC 2606). */
const EXAMPLE = /^https?:\/\/(www\.)?example\.(com|org|net)\b/i;
/** Words that say nothing to who hears the links of a mail one after the other. */
const EMPTY_WORDS = new Set(['here', 'click here', 'link', 'more', 'hier', 'hier klicken', 'klicken sie hier', 'mehr']);

export function remarks(design: Design): Remark[] {
  const found = design.blocks.flatMap((block) => ofBlock(block, design));
  const { logo, footer } = design;
  if (logo.src && !isPictureAddress(logo.src)) found.push({ id: null, fault: 'pictureMissing', about: logo.src });
  if (isPictureAddress(logo.src) && !logo.name.trim()) found.push({ id: null, fault: 'altMissing', about: '' });
  if (logo.href && !isLink(logo.href)) found.push({ id: null, fault: 'linkWrong', about: logo.href });
  if (!textOf(footer.unsubscribe).trim()) found.push({ id: footer.id, fault: 'empty', about: '' });
  return [...found, ...ofFields(footer, footerFields(footer)), ...ofLinks(footer)];
}

function ofBlock(block: Block, design: Design): Remark[] {
  if (block.kind !== 'columns') return ofLeaf(block, block.fill, design);
  return [...block.left, ...block.right].flatMap((leaf) => ofLeaf(leaf, fillOf(leaf, block.fill), design));
}

function ofLeaf(leaf: Leaf, fill: Fill, design: Design): Remark[] {
  const found: Remark[] = [];
  const find = (fault: Fault, about = '') => found.push({ id: leaf.id, fault, about });
  switch (leaf.kind) {
    case 'heading':
    case 'text':
      if (isEmpty(leaf.body)) find('empty');
      else if (!hasContrast(leaf, fill, design)) find('contrast');
      found.push(...ofLinks(leaf), ...ofFields(leaf, richFields(leaf)));
      break;
    case 'image':
      if (!isPictureAddress(leaf.src)) find('pictureMissing', leaf.src);
      else if (!leaf.decorative && !leaf.alt.trim()) find('altMissing');
      else if (leaf.decorative && leaf.href) find('altMissing');
      if (leaf.href) found.push(...ofAddress(leaf, leaf.href));
      found.push(...ofFields(leaf, [leaf.src, leaf.alt, leaf.href].flatMap(fieldsOf)));
      break;
    case 'button':
      if (!leaf.label.trim()) find('empty');
      if (!leaf.href.trim()) find('linkMissing');
      else found.push(...ofAddress(leaf, leaf.href));
      found.push(...ofFields(leaf, [leaf.label, leaf.href].flatMap(fieldsOf)));
      break;
    case 'divider':
    case 'space':
  }
  return found;
}

function ofAddress(block: Leaf | Footer, address: string): Remark[] {
  if (!isLink(address)) return [{ id: block.id, fault: 'linkWrong', about: address }];
  return EXAMPLE.test(address) ? [{ id: block.id, fault: 'linkExample', about: address }] : [];
}

function hasContrast(block: Heading | Text, fill: Fill, design: Design): boolean {
  const large = block.kind === 'heading' && block.level < 3;
  return [lightPalette(design.theme), darkPalette(design.theme)].every(
    (palette) =>
      contrast(inkOn(palette, block.ink, fill), background(palette, fill)) >= (large ? LARGE_CONTRAST : TEXT_CONTRAST),
  );
}

function richFields(block: Heading | Text | Footer): Field[] {
  return inlines(block.body).flatMap((piece) => {
    if (piece.type === 'hard_break') return [];
    const links = (piece.marks ?? []).flatMap((mark) => (mark.type === 'link' ? fieldsOf(mark.attrs.href) : []));
    return piece.type === 'variable' ? [piece.attrs, ...links] : links;
  });
}

function footerFields(footer: Footer): Field[] {
  return [...richFields(footer), ...fieldsOf(footer.unsubscribe)];
}

function ofFields(block: Leaf | Footer, fields: readonly Field[]): Remark[] {
  const bare = fields.filter(({ name, fallback }) => !fallback.trim() && !GIVEN.has(name)).map(({ name }) => name);
  return [...new Set(bare)].map((name) => ({ id: block.id, fault: 'fallback', about: name }));
}

function ofLinks(block: Heading | Text | Footer): Remark[] {
  const found: Remark[] = [];
  for (const piece of inlines(block.body)) {
    if (piece.type === 'hard_break') continue;
    for (const mark of piece.marks ?? []) {
      if (mark.type !== 'link') continue;
      const { href } = mark.attrs;
      found.push(...ofAddress(block, href));
      if (piece.type === 'text' && EMPTY_WORDS.has(piece.text.trim().toLowerCase())) {
        found.push({ id: block.id, fault: 'linkWords', about: piece.text.trim() });
      }
    }
  }
  return found;
}

/** The names of the fields that a design reads, each once. */
export function fieldNames(design: Design): string[] {
  const lines = [design.logo.src, design.logo.name, design.logo.href, design.footer.unsubscribe];
  const inside = (block: Block): Leaf[] => (block.kind === 'columns' ? [...block.left, ...block.right] : [block]);
  const found = [...lines.flatMap(fieldsOf), ...richFields(design.footer)];
  for (const leaf of design.blocks.flatMap(inside)) {
    if (leaf.kind === 'heading' || leaf.kind === 'text') found.push(...richFields(leaf));
    if (leaf.kind === 'image') found.push(...[leaf.src, leaf.alt, leaf.href].flatMap(fieldsOf));
    if (leaf.kind === 'button') found.push(...[leaf.label, leaf.href].flatMap(fieldsOf));
  }
  return [...new Set(found.map(({ name }) => name))];
}
