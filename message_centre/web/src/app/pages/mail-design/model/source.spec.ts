import { generate } from './generate.ts';
import { randomDesign } from './random-design.ts';
import { digestOf, readSource, writeSource } from './source.ts';
import { starterDesign, starters } from '../starters/designs.ts';

const NEWSLETTER = starterDesign('newsletter');
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

describe('the design within a source', () => {
  it.each(['en', 'de'] as const)('comes back from the source of every starter in %s as it was', (language) => {
    for (const { design } of starters(language)) {
      const read = readSource(writeSource(design));
      expect(read.design).toEqual(design);
      expect(read.intact).toBe(true);
      expect(read.html).toBe(generate(design));
    }
  });

  it('comes back from a design of any shape, whatever its texts hold, and makes the same HTML again', () => {
    for (const seed of SEEDS) {
      const source = writeSource(randomDesign(seed));
      const read = readSource(source);
      expect(read.intact).toBe(true);
      expect(read.html + read.comment).toBe(source);
      expect(read.design && generate(read.design)).toBe(read.html);
    }
  });

  it('is one comment of the template language, without a tag in it', () => {
    for (const seed of SEEDS) {
      const { comment } = readSource(writeSource(randomDesign(seed)));
      expect(comment.match(/#\}/g)).toHaveLength(1);
      expect(comment).not.toContain('<');
    }
  });

  it('stays with HTML that was changed as code, which is then no longer what was made of it', () => {
    const changed = writeSource(NEWSLETTER).replace('Read the story', 'Read it');
    const read = readSource(changed);
    expect(read.intact).toBe(false);
    expect(read.design).toEqual(NEWSLETTER);
    expect(read.html).toContain('>Read it<');
    expect(read.html).not.toContain('message-centre design');
  });

  it.each([
    '<p>x</p>',
    '<p>x</p>{# a note #}',
    '<p>x</p>\n{# message-centre design 1 0123456789abcdef\nno json\n#}\n',
    '<p>x</p>\n{# message-centre design 2 0123456789abcdef\n{}\n#}\n',
    '<p>x</p>\n{# message-centre design 1 0123456789abcdef\n{"blocks":[{"kind":"hologram"}],"footer":{}}\n#}\n',
  ])('is not in code, nor taken from an editor that knows more: %j', (source) => {
    const read = readSource(source);
    expect(read.design).toBeNull();
    expect(read.intact).toBe(false);
    expect(read.html + read.comment).toBe(source);
  });

  it('tells changes of one letter apart', () => {
    const html = generate(NEWSLETTER);
    const digests = new Set(
      Array.from({ length: 500 }, (_, at) => digestOf(`${html.slice(0, at)}~${html.slice(at + 1)}`)),
    );
    expect(digests.size).toBe(500);
  });
});
