/** The designs that a new mail can begin with. */

import type { Design, Logo, Theme } from '../model/design.ts';
import { bullets, rich } from '../model/rich-text.ts';
import { button, columns, divider, heading, linked, numbered, space, text } from './making.ts';
import { GERMAN } from './words-de.ts';
import { ENGLISH, type Words } from './words-en.ts';

export const STARTER_IDS = ['newsletter', 'announcement', 'offer', 'invitation', 'receipt', 'letter'] as const;
export type StarterId = (typeof STARTER_IDS)[number];

export interface Starter {
  /** Names the texts `templates.starter.<id>`. */
  readonly id: StarterId;
  readonly subject: string;
  readonly preheader: string;
  readonly design: Design;
}

export function starters(language: Design['language']): Starter[] {
  const words = language === 'de' ? GERMAN : ENGLISH;
  return STARTER_IDS.map((id) => {
    const { subject, preheader } = words[id];
    return { id, subject, preheader, design: starterDesign(id, language) };
  });
}

/** The design of one starter. */
export function starterDesign(id: StarterId, language: Design['language'] = 'en'): Design {
  return numbered(DESIGNS[id](language === 'de' ? GERMAN : ENGLISH, language));
}

type Look = Pick<Theme, 'brand' | 'accent' | 'page'> & Partial<Theme>;

function mail(
  words: Words,
  language: Design['language'],
  look: Look,
  blocks: Design['blocks'],
  more: { logo?: Partial<Logo>; footer?: string[] } = {},
): Design {
  return {
    language,
    theme: { card: '#ffffff', text: '#1b2320', font: 'sans', rounded: true, ...look },
    logo: { src: '', name: words.company, href: '', width: 140, align: 'left', ...more.logo },
    blocks,
    footer: {
      id: '',
      kind: 'footer',
      align: more.logo?.align === 'center' ? 'center' : 'left',
      fill: 'none',
      pad: 'small',
      body: rich(...(more.footer ?? words.footer)),
      unsubscribe: words.unsubscribe,
    },
  };
}

const DESIGNS: Record<StarterId, (words: Words, language: Design['language']) => Design> = {
  newsletter: (words, language) => {
    const w = words.newsletter;
    return mail(words, language, { brand: '#0f6b5c', accent: '#b4532a', page: '#edf2ef' }, [
      space(12),
      text(`**${w.kicker}**`, { ink: 'brand', size: 'small', pad: 'none' }),
      heading(1, w.title),
      text(w.lead, { size: 'large' }),
      button(w.more),
      divider(),
      columns(
        [heading(2, w.first), text(w.firstText), text(linked(w.readOn))],
        [heading(2, w.second), text(w.secondText), text(linked(w.readOn))],
      ),
      space(10),
      heading(3, w.listTitle, { fill: 'tint', pad: 'medium' }),
      text({ type: 'doc', content: [bullets(...w.list)] }, { fill: 'tint', pad: 'none' }),
      space(22, 'tint'),
    ]);
  },
  announcement: (words, language) => {
    const w = words.announcement;
    const on = { fill: 'brand', align: 'center' } as const;
    const look = { brand: '#2f3c99', accent: '#ffc94d', page: '#eceef7', font: 'geometric' } as const;
    return mail(
      words,
      language,
      look,
      [
        space(30, 'brand'),
        text(`**${w.kicker}**`, { ...on, size: 'small', pad: 'none' }),
        heading(1, w.title, on),
        text(w.lead, { ...on, size: 'large' }),
        button(w.button, { ...on, colour: 'accent' }),
        space(30, 'brand'),
        space(14),
        columns(
          w.points.slice(0, 1).flatMap(([title = '', line = '']) => [heading(3, title, { ink: 'brand' }), text(line)]),
          w.points.slice(1).flatMap(([title = '', line = '']) => [heading(3, title, { ink: 'brand' }), text(line)]),
        ),
        divider(),
        text(w.close, { align: 'center', ink: 'soft', size: 'small' }),
        space(6),
      ],
      { logo: { align: 'center' } },
    );
  },
  offer: (words, language) => {
    const w = words.offer;
    const look = { brand: '#a11f3c', accent: '#f6c445', page: '#faf1ec' };
    const middle = { align: 'center' } as const;
    return mail(
      words,
      language,
      look,
      [
        text(`**${w.kicker}**`, { ...middle, fill: 'accent', size: 'small' }),
        space(18),
        heading(1, w.title, { ...middle, ink: 'brand' }),
        text(w.lead, { ...middle, size: 'large' }),
        space(14),
        space(18, 'tint'),
        text(w.voucher, { ...middle, fill: 'tint', ink: 'soft', size: 'small', pad: 'none' }),
        heading(1, w.code, { ...middle, fill: 'tint' }),
        text(w.how, { ...middle, fill: 'tint', size: 'small', pad: 'none' }),
        space(22, 'tint'),
        space(10),
        button(w.button, middle),
        text(w.small, { ...middle, ink: 'soft', size: 'small' }),
        space(8),
      ],
      { logo: { align: 'center' } },
    );
  },
  invitation: (words, language) => {
    const w = words.invitation;
    const look = { brand: '#5d2a6c', accent: '#b4532a', page: '#f4eff5', font: 'serif' } as const;
    const middle = { align: 'center' } as const;
    return mail(
      words,
      language,
      look,
      [
        space(22),
        text(w.kicker, { ...middle, ink: 'accent', size: 'small', pad: 'none' }),
        heading(1, w.title, { ...middle, ink: 'brand' }),
        text(w.lead, { ...middle, size: 'large' }),
        space(10),
        columns(
          [heading(3, w.when, { ...middle, ink: 'brand' }), text(rich(...w.whenText), middle)],
          [heading(3, w.where, { ...middle, ink: 'brand' }), text(rich(...w.whereText), middle)],
          { fill: 'tint', pad: 'large' },
        ),
        space(10),
        button(w.button, middle),
        text(w.close, { ...middle, ink: 'soft', size: 'small' }),
        space(16),
      ],
      { logo: { align: 'center' } },
    );
  },
  receipt: (words, language) => {
    const w = words.receipt;
    const look = { brand: '#1d4f7c', accent: '#2f7d4f', page: '#eff2f5' };
    const row = (left: string, right: string) =>
      columns([text(left, { pad: 'none' })], [text(right, { pad: 'none', align: 'right' })], {
        share: '2:1',
        stack: false,
        pad: 'small',
      });
    return mail(
      words,
      language,
      look,
      [
        space(12),
        heading(1, w.title),
        text(w.lead),
        space(8),
        columns(
          [text(w.number, { ink: 'soft', pad: 'none' })],
          [text(`**${w.numberValue}**`, { align: 'right', pad: 'none' })],
          { fill: 'tint', stack: false, pad: 'medium' },
        ),
        space(8),
        row(w.item, w.price),
        row(w.delivery, w.deliveryPrice),
        divider(),
        row(`**${w.total}**`, `**${w.totalPrice}**`),
        space(8),
        button(w.button),
        text(w.help, { ink: 'soft', size: 'small' }),
        space(8),
      ],
      { footer: words.receiptFooter },
    );
  },
  letter: (words, language) => {
    const w = words.letter;
    const look = { brand: '#24564c', accent: '#8a4b14', page: '#ffffff', font: 'serif', rounded: false } as const;
    return mail(words, language, look, [
      text(rich(w.greeting, ...w.lines)),
      text(linked(w.link)),
      text(rich(...w.bye), { pad: 'medium' }),
      divider(),
    ]);
  },
};
