import { describe, expect, it } from 'vitest';
import { draftRender } from './draft-render';

describe('draftRender', () => {
  it('shows fields by name or by what stands in for them', () => {
    expect(draftRender("Hello {{ first_name|default('you', true) }} in {{ city }}", false)).toBe('Hello you in [city]');
  });

  it('shows the first branch of a condition and a loop once', () => {
    expect(
      draftRender('{% if a %}A{% elif b %}B{% else %}C{% endif %}{% for x in xs %}[{{ x }}]{% endfor %}.', false),
    ).toBe('A[[x]].');
  });

  it('hides what is inside a hidden branch', () => {
    expect(draftRender('{% if a %}A{% else %}{% if b %}B{% endif %}C{% endif %}D', false)).toBe('AD');
  });

  it('leaves comments out and escapes for HTML', () => {
    expect(draftRender("{# note #}{{ x|default('a<b') }}", true)).toBe('a&lt;b');
  });

  it('keeps what is not closed as it is being typed', () => {
    expect(draftRender('Hello {{ first', false)).toBe('Hello {{ first');
  });
});
