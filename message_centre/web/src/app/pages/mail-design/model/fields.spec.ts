import { expression, fieldsOf, isFieldName, lineHtml, parts } from './fields.ts';
import { completed, isLink, isPictureAddress } from './links.ts';

describe('fields in lines', () => {
  it.each([
    ['Hello', ['Hello']],
    ['{{ name }}', [{ name: 'name', fallback: '' }]],
    ['a {{name|default("b\\"c", true)}} d', ['a ', { name: 'name', fallback: 'b"c' }, ' d']],
    ['{{ a.b }} {{ loop }} {{ 1 }}', ['{{ a.b }} {{ loop }} {{ 1 }}']],
  ])('of %j are %o', (line, expected) => {
    expect(parts(line)).toEqual(expected);
  });

  it.each(["it's", 'back\\slash', 'two "quotes"', 'ünï'])('come back with the fallback %j', (fallback) => {
    expect(fieldsOf(expression({ name: 'a', fallback }))).toEqual([{ name: 'a', fallback }]);
  });

  it('lose braces and line ends of fallbacks', () => {
    expect(expression({ name: 'a', fallback: '{{ b }}\n%}' })).toBe("{{ a|default('  b  % ') }}");
  });

  it('are named as the platform names them', () => {
    expect(['first_name', 'A1', '_x'].map(isFieldName)).toEqual([true, true, true]);
    expect(['1a', 'first name', 'loop', 'true', 'ä', ''].some(isFieldName)).toBe(false);
  });

  it('stand in HTML as they are, between escaped texts', () => {
    expect(lineHtml('"{%" & {{ a }}')).toBe('&quot;&#123;%&quot; &amp; {{ a }}');
  });
});

describe('addresses', () => {
  it.each([
    ['example.com/a', 'https://example.com/a'],
    ['anna@example.com', 'mailto:anna@example.com'],
    ['https://a.de', 'https://a.de'],
    ['tel:+49', 'tel:+49'],
    ['{{ link }}', '{{ link }}'],
    ['soup', 'soup'],
    ['', ''],
  ])('of %j are completed to %j', (typed, expected) => {
    expect(completed(typed)).toBe(expected);
  });

  it('lead somewhere, or do not', () => {
    expect(['https://a.de', 'mailto:a@b.de', '{{ link }}', 'https://{{ host }}/a'].every(isLink)).toBe(true);
    expect(['', 'a.de', 'javascript:x', 'https://', 'https://a b', 'data:x', '//a.de'].some(isLink)).toBe(false);
    expect(['https://a.de/b.png', '{{ picture }}'].every(isPictureAddress)).toBe(true);
    expect(['b.png', 'data:image/png;x', 'cid:a', ''].some(isPictureAddress)).toBe(false);
  });
});
