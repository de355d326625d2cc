import { contrast, darkPalette, lightPalette } from './colours.ts';
import { remarks, fieldNames } from './checks.ts';
import { newBlock, type Leaf } from './design.ts';
import { change } from './edit.ts';
import { rich } from './rich-text.ts';
import { starterDesign, starters } from '../starters/designs.ts';
import { SCHEMES } from '../schemes.ts';

const LETTER = starterDesign('letter');
const WORDS = { text: 'Words', label: 'Go' };

function faults(kind: Leaf['kind'], values: Partial<Record<string, unknown>>): string[] {
  const design = { ...LETTER, blocks: [newBlock(kind, 'x', WORDS)] };
  return remarks(change(design, 'x', values)).map(({ fault, about }) => (about ? `${fault} ${about}` : fault));
}

describe('what is worth mending', () => {
  it.each([...starters('en'), ...starters('de')])('is nothing but the example links in $id', ({ design }) => {
    expect(remarks(design).filter(({ fault }) => fault !== 'linkExample')).toEqual([]);
  });

  it.each([
    ['image', {}, ['pictureMissing']],
    ['image', { src: 'a.png' }, ['pictureMissing a.png']],
    ['image', { src: 'https://a.de/b.png' }, ['altMissing']],
    ['image', { src: 'https://a.de/b.png', decorative: true }, []],
    ['image', { src: 'https://a.de/b.png', decorative: true, href: 'https://a.de/' }, ['altMissing']],
    ['image', { src: 'https://a.de/b.png', alt: 'A soup', href: 'soup' }, ['linkWrong soup']],
    ['button', {}, ['linkMissing']],
    ['button', { href: 'javascript:x' }, ['linkWrong javascript:x']],
    ['button', { href: 'https://www.example.com/' }, ['linkExample https://www.example.com/']],
    ['button', { href: '{{ link }}' }, ['fallback link']],
    ['button', { href: 'https://a.de/', label: ' ' }, ['empty']],
    ['heading', { body: rich('') }, ['empty']],
    ['heading', { body: rich('Hello {{ first_name }}') }, ['fallback first_name']],
    ['heading', { body: rich("Hello {{ first_name|default('you') }} {{ email }}") }, []],
    ['text', { ink: 'brand', fill: 'brand' }, ['contrast']],
    ['text', { ink: 'soft', fill: 'accent' }, []],
  ] as const)('of %s with %o is %o', (kind, values, expected) => {
    expect(faults(kind, values)).toEqual(expected);
  });

  it('is a link whose words say nothing', () => {
    const marks = [{ type: 'link', attrs: { href: 'https://a.de/' } }];
    const body = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Here', marks }] }] };
    expect(faults('text', { body })).toEqual(['linkWords Here']);
  });

  it('is a brand colour that cannot be read on white', () => {
    const pale = { ...LETTER, theme: { ...LETTER.theme, brand: '#ffe27a' } };
    const [block] = pale.blocks;
    expect(remarks(change(pale, block?.id ?? '', { ink: 'brand' })).map(({ fault }) => fault)).toContain('contrast');
  });

  it('names each field once, in links and lines too', () => {
    const design = { ...LETTER, blocks: [newBlock('button', 'x', WORDS)] };
    const changed = change(design, 'x', { href: 'https://a.de/{{ code }}', label: '{{ code }} {{ city }}' });
    expect(fieldNames(changed).sort()).toEqual(['city', 'code', 'email']);
  });
});

describe('colours', () => {
  it('of each scheme can be read, light and dark', () => {
    for (const scheme of SCHEMES) {
      for (const palette of [lightPalette(scheme), darkPalette(scheme)]) {
        for (const [ink, background] of [
          [palette.text, palette.card],
          [palette.soft, palette.page],
          [palette.soft, palette.tint],
          [palette.brand, palette.card],
          [palette.onBrand, palette.brandFill],
          [palette.onAccent, palette.accentFill],
        ] as const) {
          expect(contrast(ink, background)).toBeGreaterThanOrEqual(4.5);
        }
      }
    }
  });

  it('differ as WCAG says', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });
});
