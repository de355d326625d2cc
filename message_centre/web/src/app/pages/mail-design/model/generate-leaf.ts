/** The HTML within a block's cell. */

import type { Palette } from './colours.ts';
import type { Button, Fill, Heading, Leaf, Picture, Text } from './design.ts';
import { lineHtml } from './fields.ts';
import { isLink, isPictureAddress } from './links.ts';
import { buttonLook, HEADINGS, inkClass, inkOn, isStrong, linkOn, SIZES } from './looks.ts';
import { lineOfRich, richHtml } from './rich-text.ts';

/** What a block stands in. */
export interface Around {
  readonly palette: Palette;
  readonly font: string;
  /** The background that it really lies upon. */
  readonly fill: Fill;
  /** Pixels between the left and the right. */
  readonly room: number;
}

export function leafHtml(leaf: Leaf, around: Around): string {
  switch (leaf.kind) {
    case 'heading':
      return heading(leaf, around);
    case 'text':
      return text(leaf, around);
    case 'image':
      return picture(leaf, around);
    case 'button':
      return button(leaf, around);
    case 'divider':
      return `<div class="line" style="border-top:1px solid ${around.palette.line};font-size:0;line-height:0;">&nbsp;</div>`;
    case 'space':
      return `<div style="height:${leaf.height}px;line-height:${leaf.height}px;font-size:0;">&nbsp;</div>`;
  }
}

function named(...classes: string[]): string {
  const names = classes.filter(Boolean).join(' ');
  return names ? ` class="${names}"` : '';
}

function linkAttributes({ palette, fill }: Around): string {
  const name = isStrong(fill) ? '' : named('link');
  return `${name} style="color:${linkOn(palette, fill)};text-decoration:underline;"`;
}

function heading(block: Heading, around: Around): string {
  const { size, line } = HEADINGS[block.level];
  const colour = inkOn(around.palette, block.ink, around.fill);
  const names = named(`h${block.level}`, inkClass(block.ink, around.fill));
  return `<h${block.level}${names} style="margin:0;font-family:${around.font};font-size:${size}px;line-height:${line};font-weight:bold;letter-spacing:-0.01em;color:${colour};">${lineOfRich(block.body, linkAttributes(around))}</h${block.level}>`;
}

function text(block: Text, around: Around): string {
  const { size, line } = SIZES[block.size];
  const colour = inkOn(around.palette, block.ink, around.fill);
  const body = richHtml(block.body, {
    paragraph: 'margin:0 0 14px;',
    last: 'margin:0;',
    list: 'padding:0 0 0 24px;text-align:left;',
    link: linkAttributes(around),
  });
  return `<div${named(inkClass(block.ink, around.fill))} style="font-family:${around.font};font-size:${size}px;line-height:${line};color:${colour};">
${body}
</div>`;
}

function picture(block: Picture, around: Around): string {
  // A picture that is not there yet shows nothing: better than the sign of a broken one.
  if (!isPictureAddress(block.src)) return '';
  const width = Math.round((around.room * block.width) / 100);
  const alt = block.decorative ? '' : lineHtml(block.alt);
  const img = `<img src="${lineHtml(block.src)}" alt="${alt}" width="${width}" style="display:inline-block;vertical-align:top;width:${width}px;max-width:100%;height:auto;border:0;">`;
  return isLink(block.href) ? `<a href="${lineHtml(block.href)}">${img}</a>` : img;
}

function button(block: Button, { palette, font, fill }: Around): string {
  const look = buttonLook(block, palette, fill);
  const filled = block.look === 'filled';
  // An outline on an ordinary background follows dark mode; areas keep their colours.
  const follows = !filled && !isStrong(fill);
  const cell = `border:2px solid ${look.border};${filled ? `background:${look.background};` : ''}`;
  const style = `display:inline-block;padding:12px 26px;font-family:${font};font-size:16px;line-height:1.25;font-weight:bold;text-decoration:none;color:${look.colour};`;
  const words = follows ? named(`ink-${block.colour}`) : '';
  const label = lineHtml(block.label) || '&nbsp;';
  const inner = isLink(block.href)
    ? `<a${words} href="${lineHtml(block.href)}" style="${style}">${label}</a>`
    : `<span${words} style="${style}">${label}</span>`;
  const middle = block.align === 'center' ? ' style="margin:0 auto;"' : '';
  const back = filled ? ` bgcolor="${look.background}"` : '';
  return `<table role="presentation" border="0" cellpadding="0" cellspacing="0" align="${block.align}"${middle}><tr><td${follows ? named(`outline-${block.colour}`) : ''} align="center"${back} style="border-radius:8px;mso-padding-alt:12px 26px;${cell}">
${inner}
</td></tr></table>`;
}
