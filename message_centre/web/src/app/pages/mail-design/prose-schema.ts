/** What a text of a mail consists of; names are those that designs are stored with. */
import { Schema, type MarkSpec, type NodeSpec } from 'prosemirror-model';

import { isFieldName } from './model/fields.ts';
import { isLink } from './model/links.ts';

const marks: Record<string, MarkSpec> = {
  link: {
    attrs: { href: {} },
    inclusive: false,
    // Links that a mail cannot have come in as their words.
    parseDOM: [
      {
        tag: 'a[href]',
        getAttrs: (element) => {
          const href = element.getAttribute('href') ?? '';
          return isLink(href) ? { href } : false;
        },
      },
    ],
    toDOM: (mark) => ['a', { href: String(mark.attrs['href']), tabindex: '-1', rel: 'noopener' }, 0],
  },
  strong: {
    parseDOM: [{ tag: 'strong' }, { tag: 'b' }, { style: 'font-weight=bold' }, { style: 'font-weight=700' }],
    toDOM: () => ['strong', 0],
  },
  em: { parseDOM: [{ tag: 'em' }, { tag: 'i' }, { style: 'font-style=italic' }], toDOM: () => ['em', 0] },
};

const inline: Record<string, NodeSpec> = {
  paragraph: {
    group: 'block',
    content: 'inline*',
    parseDOM: [{ tag: 'p' }, { tag: 'h1' }, { tag: 'h2' }, { tag: 'h3' }, { tag: 'h4' }],
    toDOM: () => ['p', 0],
  },
  text: { group: 'inline' },
  hard_break: {
    group: 'inline',
    inline: true,
    selectable: false,
    marks: '',
    parseDOM: [{ tag: 'br' }],
    toDOM: () => ['br'],
  },
  variable: {
    group: 'inline',
    inline: true,
    atom: true,
    attrs: { name: {}, fallback: { default: '' } },
    parseDOM: [
      {
        tag: 'span[data-field]',
        getAttrs: (element) => {
          const name = element.getAttribute('data-field') ?? '';
          return isFieldName(name) ? { name, fallback: element.getAttribute('data-fallback') ?? '' } : false;
        },
      },
    ],
    toDOM: ({ attrs }) => {
      const [name, fallback] = [String(attrs['name']), String(attrs['fallback'])];
      const shown = fallback ? `${name}: ${fallback}` : name;
      return ['span', { class: 'mc-field', 'data-field': name, 'data-fallback': fallback, title: shown }, name];
    },
    leafText: ({ attrs }) => `{{ ${String(attrs['name'])} }}`,
  },
};

const lists: Record<string, NodeSpec> = {
  bullet_list: { group: 'block', content: 'list_item+', parseDOM: [{ tag: 'ul' }], toDOM: () => ['ul', 0] },
  ordered_list: { group: 'block', content: 'list_item+', parseDOM: [{ tag: 'ol' }], toDOM: () => ['ol', 0] },
  list_item: { content: 'paragraph block*', parseDOM: [{ tag: 'li' }], toDOM: () => ['li', 0] },
};

/** Paragraphs and lists. */
export const PARAGRAPHS = new Schema({ nodes: { doc: { content: 'block+' }, ...inline, ...lists }, marks });
/** One text without lists, as in headings. */
export const LINES = new Schema({ nodes: { doc: { content: 'paragraph+' }, ...inline }, marks });
