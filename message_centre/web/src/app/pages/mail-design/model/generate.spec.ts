import { change } from './edit.ts';
import type { Button, Design, Heading, Picture } from './design.ts';
import { generate } from './generate.ts';
import { randomDesign } from './random-design.ts';
import { rich } from './rich-text.ts';
import { starterDesign } from '../starters/designs.ts';

const LETTER = starterDesign('letter');
const COMMON = { id: 'x', align: 'left', fill: 'none', pad: 'small' } as const;
const heading = (line: string): Heading => ({ ...COMMON, kind: 'heading', level: 1, ink: 'text', body: rich(line) });
const picture: Picture = {
  ...COMMON,
  kind: 'image',
  src: 'https://example.com/a.png',
  alt: 'A "soup"',
  decorative: false,
  href: '',
  width: 50,
};
const button: Button = {
  ...COMMON,
  kind: 'button',
  label: 'Go',
  href: 'https://example.com/',
  look: 'filled',
  colour: 'brand',
};

function page(design: Design): Document {
  return new DOMParser().parseFromString(generate(design), 'text/html');
}

describe('the HTML of a design', () => {
  it('has a way to unsubscribe, tables that say they are none, and colours for dark mode, whatever the design', () => {
    for (let seed = 0; seed < 25; seed += 1) {
      const document = page(randomDesign(seed));
      expect(document.querySelectorAll('a[href="{{ unsubscribe_url }}"]')).toHaveLength(1);
      expect(document.querySelectorAll('table:not([role=presentation])')).toHaveLength(0);
      expect(document.querySelectorAll('img:not([alt])')).toHaveLength(0);
      expect(document.querySelector('meta[name=color-scheme]')?.getAttribute('content')).toBe('light dark');
      expect(document.querySelector('style')?.textContent).toContain('prefers-color-scheme: dark');
      expect(document.querySelector('script')).toBeNull();
    }
  }, 30_000);

  it('opens no expression but those of fields', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const html = generate(randomDesign(seed));
      expect(html.replace(/\{\{ [A-Za-z_]\w*(\|default\('(?:[^'\\]|\\.)*'\))? \}\}/g, '')).not.toMatch(
        /\{[{%#]|[%#}]\}/,
      );
    }
  });

  it('writes texts as texts and fields with what stands in for them', () => {
    const html = generate({ ...LETTER, blocks: [heading('1 < 2 {% if %} {{ city|default("it\'s") }} {{ a.b }}')] });
    expect(html).toContain(
      "1 &lt; 2 &#123;% if %&#125; {{ city|default('it\\'s') }} &#123;&#123; a.b &#125;&#125;</h1>",
    );
  });

  it('shows pictures at their width with their words, links them, and leaves out what has no address', () => {
    const linked = { ...picture, id: 'y', href: 'https://example.com/' };
    const document = page({ ...LETTER, blocks: [picture, linked, { ...picture, id: 'z', src: 'a.png' }] });
    const images = [...document.querySelectorAll('img')];
    expect(images.map((each) => [each.alt, each.width, each.closest('a')?.href ?? null])).toEqual([
      ['A "soup"', 260, null],
      ['A "soup"', 260, 'https://example.com/'],
    ]);
  });

  it('reaches from edge to edge with a picture that has no room around it', () => {
    const document = page({ ...LETTER, blocks: [{ ...picture, pad: 'none', width: 100 }] });
    expect(document.querySelector('img')?.width).toBe(600);
    expect(document.querySelector('img')?.closest('td')?.className).toBe('');
  });

  it.each(['', 'javascript:alert(1)', 'example.com'])('makes no link of %j', (href) => {
    const document = page({ ...LETTER, blocks: [{ ...button, href }] });
    expect(document.querySelector('.card a')).toBeNull();
    expect(document.querySelector('.card')?.textContent).toContain('Go');
  });

  it('puts blocks of one background into one area, and columns below each other on phones only where they are to', () => {
    const columns = { ...COMMON, kind: 'columns', share: '2:1', left: [heading('L')], right: [button] } as const;
    const design = {
      ...LETTER,
      blocks: [heading('A'), { ...columns, id: 'c', stack: false }, { ...columns, stack: true }],
    };
    const document = page({ ...design, blocks: design.blocks.map((each) => ({ ...each, fill: 'brand' as const })) });
    expect(document.querySelectorAll('.card > tbody > tr')).toHaveLength(1);
    expect(document.querySelectorAll('td.column')).toHaveLength(2);
    expect([...document.querySelectorAll('td.column')].map((cell) => cell.getAttribute('width'))).toEqual([
      '67%',
      '33%',
    ]);
  });

  it('writes in the colour that can be read on the background, and follows dark mode only where that does', () => {
    const on = change({ ...LETTER, blocks: [heading('A')] }, 'x', { fill: 'brand' });
    expect(page(on).querySelector('h1')?.getAttribute('style')).toContain('color:#ffffff');
    expect(page(on).querySelector('h1')?.className).toBe('h1');
    expect(page({ ...LETTER, blocks: [heading('A')] }).querySelector('h1')?.className).toBe('h1 ink-text');
  });
});
