/**
 * The HTML of a design: tables with styles in the elements, since that is what mail programs understand, Outlook's in
 * conditional comments, phones and dark mode by media queries. It is a template: fields are Jinja2, every text is escaped.
 */

import { darkPalette, lightPalette, type Palette } from './colours.ts';
import type { Block, Columns, Design, Footer, Leaf, Logo } from './design.ts';
import { escapeText, lineHtml } from './fields.ts';
import { isLink, isPictureAddress } from './links.ts';
import { background, fillOf, GAP, HEADINGS, INNER_PADDING, PADDING, SIDE, STACKS, WIDTH } from './looks.ts';
import { leafHtml, type Around } from './generate-leaf.ts';
import { richHtml } from './rich-text.ts';

const TABLE = 'role="presentation" border="0" cellpadding="0" cellspacing="0"';

export function generate(design: Design): string {
  const palette = lightPalette(design.theme);
  const font = STACKS[design.theme.font];
  const rows = areas(design.blocks).map((area) => areaRow(area, palette, font));
  const corners = design.theme.rounded ? 'border-radius:14px;overflow:hidden;' : '';
  return `<!doctype html>
<html lang="${design.language}" xmlns="http://www.w3.org/1999/xhtml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="x-apple-disable-message-reformatting">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeText(design.logo.name)}</title>
<!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->
<style>
${styleSheet(darkPalette(design.theme))}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:${palette.page};color:${palette.text};-webkit-text-size-adjust:100%;">
<table class="page" ${TABLE} width="100%" bgcolor="${palette.page}" style="background:${palette.page};">
<tr><td align="center" style="padding:28px 12px;">
<!--[if mso]><table ${TABLE} width="${WIDTH}" align="center"><tr><td><![endif]-->
${logoTable(design.logo, palette, font)}<table class="card" ${TABLE} width="100%" bgcolor="${palette.card}" style="max-width:${WIDTH}px;margin:0 auto;border-collapse:separate;background:${palette.card};${corners}">
${[edge(design.blocks[0]), ...rows, edge(design.blocks.at(-1))].filter(Boolean).join('\n')}
</table>
${footerTable(design.footer, palette, font)}
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`;
}

/** Blocks that follow each other on one background, which becomes one area: between two there could be a hairline. */
function areas(blocks: readonly Block[]): Block[][] {
  const found: Block[][] = [];
  for (const block of blocks) {
    const last = found.at(-1);
    if (last?.[0]?.fill === block.fill) last.push(block);
    else found.push([block]);
  }
  return found;
}

function areaRow(blocks: readonly Block[], palette: Palette, font: string): string {
  const rows = blocks
    .map((block) => (block.kind === 'columns' ? columnsRow(block, palette, font) : leafRow(block, palette, font)))
    .join('\n');
  const fill = blocks[0]?.fill ?? 'none';
  if (fill === 'none') return rows;
  const colour = background(palette, fill);
  return `<tr><td${fill === 'tint' ? ' class="tint"' : ''} bgcolor="${colour}" style="background:${colour};">
<table ${TABLE} width="100%">
${rows}
</table>
</td></tr>`;
}

/** Room at an end of the mail; a block with a background of its own and a picture from edge to edge reach the end. */
function edge(block: Block | undefined): string {
  const reaches = block && (block.fill !== 'none' || (block.kind === 'image' && block.pad === 'none'));
  return reaches ? '' : '<tr><td style="font-size:0;line-height:0;height:14px;">&nbsp;</td></tr>';
}

/** What attributes cannot say: phones, and dark mode. Colours of areas that stay as they are need no rule. */
function styleSheet(dark: Palette): string {
  const colours = (['text', 'soft', 'brand', 'accent'] as const).map(
    (ink) => `  .ink-${ink} { color: ${dark[ink]} !important; }`,
  );
  return `table { border-spacing: 0; }
img { border: 0; }
@media (max-width: 620px) {
  .side { padding-left: 24px !important; padding-right: 24px !important; }
  .column { display: block !important; width: 100% !important; padding-left: 0 !important; padding-right: 0 !important; box-sizing: border-box !important; }
  .below { padding-top: 18px !important; }
${([1, 2, 3] as const).map((level) => `  .h${level} { font-size: ${HEADINGS[level].phone}px !important; }`).join('\n')}
}
@media (prefers-color-scheme: dark) {
  .page { background: ${dark.page} !important; color: ${dark.text} !important; }
  .card { background: ${dark.card} !important; }
  .tint { background: ${dark.tint} !important; }
${colours.join('\n')}
  .link { color: ${dark.brand} !important; }
  .line { border-color: ${dark.line} !important; }
  .outline-brand { border-color: ${dark.brand} !important; }
  .outline-accent { border-color: ${dark.accent} !important; }
}`;
}

function leafRow(leaf: Leaf, palette: Palette, font: string): string {
  const toTheEdges = leaf.kind === 'image' && leaf.pad === 'none';
  const side = toTheEdges ? 0 : SIDE;
  const around: Around = { palette, font, fill: leaf.fill, room: WIDTH - 2 * side };
  const padding = leaf.kind === 'space' ? 0 : PADDING[leaf.pad];
  return `<tr><td${toTheEdges ? '' : ' class="side"'} align="${leaf.align}" style="padding:${padding}px ${side}px;">
${leafHtml(leaf, around)}
</td></tr>`;
}

function columnsRow(columns: Columns, palette: Palette, font: string): string {
  const room = WIDTH - 2 * SIDE - GAP;
  const left = { '1:1': 1 / 2, '1:2': 1 / 3, '2:1': 2 / 3 }[columns.share];
  const percent = Math.round(left * 100);
  const cell = (leaves: readonly Leaf[], first: boolean) => {
    const names = columns.stack ? ` class="column${first ? '' : ' below'}"` : '';
    const share = first ? percent : 100 - percent;
    const padding = first ? `0 ${GAP / 2}px 0 0` : `0 0 0 ${GAP / 2}px`;
    const inner = leaves.map((leaf) => {
      const own = background(palette, leaf.fill);
      const cell = leaf.fill === 'none' ? '' : `${leaf.fill === 'tint' ? ' class="tint"' : ''} bgcolor="${own}"`;
      const around = { palette, font, fill: fillOf(leaf, columns.fill), room: Math.round(room * (share / 100)) };
      const [beside, above] = [leaf.fill === 'none' ? 0 : 16, leaf.kind === 'space' ? 0 : INNER_PADDING[leaf.pad]];
      const back = leaf.fill === 'none' ? '' : `background:${own};`;
      return `<tr><td${cell} align="${leaf.align}" style="padding:${above}px ${beside}px;${back}">
${leafHtml(leaf, around)}
</td></tr>`;
    });
    const rows = inner.join('\n') || '<tr><td style="font-size:0;line-height:0;">&nbsp;</td></tr>';
    return `<td${names} width="${share}%" valign="top" style="width:${share}%;padding:${padding};">
<table ${TABLE} width="100%">
${rows}
</table>
</td>`;
  };
  return `<tr><td class="side" style="padding:${PADDING[columns.pad]}px ${SIDE}px;">
<table ${TABLE} width="100%"><tr>
${cell(columns.left, true)}
${cell(columns.right, false)}
</tr></table>
</td></tr>`;
}

function logoTable(logo: Logo, palette: Palette, font: string): string {
  const picture = isPictureAddress(logo.src);
  if (!picture && !logo.name.trim()) return '';
  const inner = picture
    ? `<img src="${lineHtml(logo.src)}" alt="${lineHtml(logo.name)}" width="${logo.width}" style="display:inline-block;width:${logo.width}px;max-width:100%;height:auto;border:0;">`
    : `<span class="ink-brand" style="color:${palette.brand};">${lineHtml(logo.name)}</span>`;
  const linked = isLink(logo.href)
    ? `<a class="ink-brand" href="${lineHtml(logo.href)}" style="color:${palette.brand};text-decoration:none;">${inner}</a>`
    : inner;
  return `<table ${TABLE} width="100%" style="max-width:${WIDTH}px;margin:0 auto;">
<tr><td class="side" align="${logo.align}" style="padding:4px ${SIDE}px 20px;font-family:${font};font-size:19px;line-height:1.3;font-weight:bold;">
${linked}
</td></tr>
</table>
`;
}

function footerTable(footer: Footer, palette: Palette, font: string): string {
  const link = `color:${palette.soft};text-decoration:underline;`;
  const body = richHtml(footer.body, {
    paragraph: 'margin:0 0 10px;',
    last: 'margin:0 0 10px;',
    list: 'padding:0 0 0 22px;',
    link: ` class="ink-soft" style="${link}"`,
  });
  return `<table ${TABLE} width="100%" style="max-width:${WIDTH}px;margin:0 auto;">
<tr><td class="side ink-soft" align="${footer.align}" style="padding:${PADDING[footer.pad] + 14}px ${SIDE}px ${PADDING[footer.pad] + 4}px;font-family:${font};font-size:13px;line-height:1.6;color:${palette.soft};">
${body}
<p style="margin:0;"><a class="ink-soft" href="{{ unsubscribe_url }}" style="${link}">${lineHtml(footer.unsubscribe)}</a></p>
</td></tr>
</table>`;
}
