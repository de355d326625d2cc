import { describe, expect, it } from 'vitest';
import { parseFinding } from './findings';

describe('parseFinding', () => {
  it('knows source and line', () => {
    expect(parseFinding('HTML, line 12: `<script>`: mail programs drop it.')).toEqual({
      source: 'html',
      line: 12,
      text: '`<script>`: mail programs drop it.',
    });
    expect(parseFinding('subject, line 1: unexpected end').source).toBe('subject');
  });

  it('keeps what has no place', () => {
    expect(parseFinding('The HTML is empty.')).toEqual({ source: null, line: null, text: 'The HTML is empty.' });
  });
});
