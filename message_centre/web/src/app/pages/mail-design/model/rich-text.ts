/** Text with bold, italic, links, lists and fields: the form that the text editor's library reads and writes. */

import { cleanFallback, escapeText, expression, isFieldName, lineHtml, parts, type Field } from './fields.ts';
import { isLink } from './links.ts';

export type Mark = { type: 'strong' } | { type: 'em' } | { type: 'link'; attrs: { href: string } };
export type Inline =
  | { type: 'text'; text: string; marks?: Mark[] }
  | { type: 'variable'; attrs: Field; marks?: Mark[] }
  | { type: 'hard_break' };
export interface Paragraph {
  type: 'paragraph';
  content?: Inline[];
}
export interface List {
  type: 'bullet_list' | 'ordered_list';
  content: { type: 'list_item'; content: (Paragraph | List)[] }[];
}
export interface RichText {
  type: 'doc';
  content: (Paragraph | List)[];
}

const DEEPEST = 6;

/** Paragraphs of plain lines, with fields and `**bold**`. */
export function rich(...lines: string[]): RichText {
  return { type: 'doc', content: lines.map((line) => paragraph(line)) };
}

/** A list of plain lines. */
export function bullets(...lines: string[]): List {
  return {
    type: 'bullet_list',
    content: lines.map((line) => ({ type: 'list_item', content: [paragraph(line)] })),
  };
}

function paragraph(line: string): Paragraph {
  const content = line.split(/(\*\*[^*]+\*\*)/).flatMap((piece) => {
    const bold = piece.length > 4 && piece.startsWith('**');
    const marks: { marks?: Mark[] } = bold ? { marks: [{ type: 'strong' }] } : {};
    return parts(bold ? piece.slice(2, -2) : piece).map((part): Inline =>
      typeof part === 'string' ? { type: 'text', text: part, ...marks } : { type: 'variable', attrs: part, ...marks },
    );
  });
  return content.length ? { type: 'paragraph', content } : { type: 'paragraph' };
}

/** All pieces of text in their order. */
export function inlines(text: RichText): Inline[] {
  const of = (block: Paragraph | List): Inline[] =>
    block.type === 'paragraph' ? (block.content ?? []) : block.content.flatMap((item) => item.content.flatMap(of));
  return text.content.flatMap(of);
}

export function isEmpty(text: RichText): boolean {
  return !inlines(text).some((each) => each.type === 'variable' || (each.type === 'text' && each.text.trim() !== ''));
}

export interface TextStyles {
  readonly paragraph: string;
  readonly last: string;
  readonly list: string;
  /** Attributes of a link besides its address. */
  readonly link: string;
}

/** The HTML of paragraphs and lists. */
export function richHtml(text: RichText, styles: TextStyles): string {
  return text.content
    .map((block, at) => blockHtml(block, at === text.content.length - 1 ? styles.last : styles.paragraph, styles))
    .join('\n');
}

/** The HTML of one line; further paragraphs follow after a break. */
export function lineOfRich(text: RichText, link: string): string {
  return text.content
    .map((block) => (block.type === 'paragraph' ? inlineHtml(block.content ?? [], link) : ''))
    .filter(Boolean)
    .join('<br>');
}

function blockHtml(block: Paragraph | List, style: string, styles: TextStyles): string {
  if (block.type === 'paragraph') {
    return `<p style="${style}">${inlineHtml(block.content ?? [], styles.link) || '&nbsp;'}</p>`;
  }
  const tag = block.type === 'bullet_list' ? 'ul' : 'ol';
  const items = block.content.map((item) => {
    const inner = item.content.map((each) =>
      each.type === 'paragraph' ? inlineHtml(each.content ?? [], styles.link) : blockHtml(each, 'margin:0;', styles),
    );
    return `<li style="margin:0 0 6px;">${inner.join('')}</li>`;
  });
  return `<${tag} style="${style}${styles.list}">\n${items.join('\n')}\n</${tag}>`;
}

function inlineHtml(content: readonly Inline[], link: string): string {
  return content
    .map((piece) => {
      if (piece.type === 'hard_break') return '<br>';
      let html = piece.type === 'text' ? escapeText(piece.text) : expression(piece.attrs);
      const marks = piece.marks ?? [];
      if (marks.some(({ type }) => type === 'em')) html = `<em>${html}</em>`;
      if (marks.some(({ type }) => type === 'strong')) html = `<strong>${html}</strong>`;
      const target = marks.find((mark) => mark.type === 'link');
      return target && isLink(target.attrs.href) ? `<a href="${lineHtml(target.attrs.href)}"${link}>${html}</a>` : html;
    })
    .join('')
    .replace(/<\/(strong|em)><\1>/g, '');
}

/** What is usable of a text that was stored somewhere; unknown pieces are left out. */
export function readRich(value: unknown): RichText {
  const content = readBlocks(value, 0);
  return { type: 'doc', content: content.length ? content : [{ type: 'paragraph' }] };
}

interface Raw {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly content?: unknown;
  readonly marks?: unknown;
  readonly attrs?: Record<string, unknown> | null;
}

function children(value: unknown, key: 'content' | 'marks' = 'content'): Raw[] {
  const list = (value as Raw | null | undefined)?.[key];
  return Array.isArray(list) ? list.filter((each): each is Raw => typeof each === 'object' && each !== null) : [];
}

function readBlocks(value: unknown, depth: number): (Paragraph | List)[] {
  if (depth > DEEPEST) return [];
  return children(value).flatMap((block): (Paragraph | List)[] => {
    if (block.type === 'paragraph') {
      const content = children(block).flatMap(readInline);
      return [content.length ? { type: 'paragraph', content } : { type: 'paragraph' }];
    }
    if (block.type !== 'bullet_list' && block.type !== 'ordered_list') return [];
    const content = children(block).flatMap((item) => {
      const inner = readBlocks(item, depth + 1);
      return inner.length ? [{ type: 'list_item' as const, content: inner }] : [];
    });
    return content.length ? [{ type: block.type, content }] : [];
  });
}

function readInline(raw: Raw): Inline[] {
  const marks = children(raw, 'marks').flatMap((mark): Mark[] => {
    if (mark.type === 'strong' || mark.type === 'em') return [{ type: mark.type }];
    const href = mark.attrs?.['href'];
    return mark.type === 'link' && typeof href === 'string' ? [{ type: 'link', attrs: { href } }] : [];
  });
  const marked = marks.length ? { marks } : {};
  if (raw.type === 'hard_break') return [{ type: 'hard_break' }];
  if (raw.type === 'text') {
    return typeof raw.text === 'string' && raw.text ? [{ type: 'text', text: raw.text, ...marked }] : [];
  }
  const name = raw.attrs?.['name'];
  const fallback = raw.attrs?.['fallback'];
  if (raw.type !== 'variable' || typeof name !== 'string' || !isFieldName(name)) return [];
  return [
    {
      type: 'variable',
      attrs: { name, fallback: cleanFallback(typeof fallback === 'string' ? fallback : '') },
      ...marked,
    },
  ];
}
