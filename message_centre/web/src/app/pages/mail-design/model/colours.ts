/** Colours of a mail: contrast as WCAG 2.2 measures it, and what each becomes where the mail program is dark. */

type Rgb = readonly [number, number, number];

const HEX = /^#[0-9a-f]{6}$/i;
/** The least contrast of text, and of large text (WCAG 2.2, 1.4.3). */
export const TEXT_CONTRAST = 4.5;
export const LARGE_CONTRAST = 3;
const STEPS = 20;

export function isColour(value: unknown): value is string {
  return typeof value === 'string' && HEX.test(value);
}

function rgb(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** `share` of `a`, the rest of `b`. */
export function mix(a: string, b: string, share: number): string {
  const [from, to] = [rgb(b), rgb(a)];
  const parts = from.map((part, at) => Math.round(part + ((to[at] ?? part) - part) * share));
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function luminance(colour: string): number {
  const [r, g, b] = rgb(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** From 1 (the same) to 21 (black on white). */
export function contrast(a: string, b: string): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** The text colour that can be read best on a background: white, or the dark one. */
export function textOn(background: string, dark: string): string {
  return contrast('#ffffff', background) >= contrast(dark, background) ? '#ffffff' : dark;
}

/** `colour` moved towards `target` by as little as makes it readable on all `backgrounds`. */
export function readable(colour: string, target: string, backgrounds: readonly string[]): string {
  for (let step = 0; step <= STEPS; step += 1) {
    const tried = mix(target, colour, step / STEPS);
    if (backgrounds.every((each) => contrast(tried, each) >= TEXT_CONTRAST)) return tried;
  }
  return target;
}

/** What is chosen for a mail. */
export interface Chosen {
  readonly brand: string;
  readonly accent: string;
  readonly page: string;
  readonly card: string;
  readonly text: string;
}

/** All colours that a mail is made of, in one appearance. */
export interface Palette extends Chosen {
  /** Text that matters less. */
  readonly soft: string;
  readonly tint: string;
  readonly line: string;
  /** Brand and accent as areas, and the text on them. */
  readonly brandFill: string;
  readonly accentFill: string;
  readonly onBrand: string;
  readonly onAccent: string;
}

const INK = '#14201c';
const DARK = { page: '#101413', card: '#1b211f', text: '#e8edeb' };

export function lightPalette(chosen: Chosen): Palette {
  const tint = mix(chosen.brand, chosen.card, 0.1);
  return {
    ...chosen,
    tint,
    soft: readable(mix(chosen.text, chosen.card, 0.62), chosen.text, [chosen.card, chosen.page, tint]),
    line: mix(chosen.text, chosen.card, 0.16),
    brandFill: chosen.brand,
    accentFill: chosen.accent,
    onBrand: textOn(chosen.brand, INK),
    onAccent: textOn(chosen.accent, INK),
  };
}

export function darkPalette(chosen: Chosen): Palette {
  // A mail without a card of its own has none in the dark either.
  const card = chosen.card === chosen.page ? DARK.page : DARK.card;
  const tint = mix(chosen.brand, card, 0.22);
  const backgrounds = [card, DARK.page, tint];
  return {
    ...DARK,
    card,
    tint,
    brand: readable(chosen.brand, '#ffffff', backgrounds),
    accent: readable(chosen.accent, '#ffffff', backgrounds),
    soft: readable(mix(DARK.text, card, 0.65), DARK.text, backgrounds),
    line: mix(DARK.text, card, 0.22),
    brandFill: chosen.brand,
    accentFill: chosen.accent,
    onBrand: textOn(chosen.brand, INK),
    onAccent: textOn(chosen.accent, INK),
  };
}
