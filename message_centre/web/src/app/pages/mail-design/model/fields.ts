/** Fields of recipients within texts: `{{ first_name }}` or `{{ first_name|default('there') }}`, and nothing else. */

export interface Field {
  readonly name: string;
  /** What is written for people who have none; empty: the field is needed. */
  readonly fallback: string;
}

const EXPRESSION =
  /\{\{\s*([A-Za-z_]\w*)\s*(?:\|\s*default\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")[^)]*\)\s*)?\}\}/g;
const NAME = /^[A-Za-z_]\w*$/;
/** Words of the template language, which name no field. */
const TAKEN = new Set(
  (
    'and else elif endfor endif false False for if import in is loop none None not or recursive self super true True ' +
    'caller varargs kwargs'
  ).split(' '),
);
const MAX_NAME = 100;
const MAX_FALLBACK = 200;

export function isFieldName(name: string): boolean {
  return name.length <= MAX_NAME && NAME.test(name) && !TAKEN.has(name);
}

/** A fallback as it can stand in an expression: one line without braces. */
export function cleanFallback(text: string): string {
  return text.replace(/[{}\u0000-\u001f\u2028\u2029]+/g, ' ').slice(0, MAX_FALLBACK);
}

export function expression({ name, fallback }: Field): string {
  const literal = cleanFallback(fallback).replace(/[\\']/g, '\\$&');
  return literal.trim() ? `{{ ${name}|default('${literal}') }}` : `{{ ${name} }}`;
}

/** A line as its texts and fields, in their order. What looks otherwise than a field is text. */
export function parts(line: string): (string | Field)[] {
  const found: (string | Field)[] = [];
  let end = 0;
  for (const match of line.matchAll(EXPRESSION)) {
    const [whole, name = '', single, double] = match;
    if (!isFieldName(name)) continue;
    if (match.index > end) found.push(line.slice(end, match.index));
    found.push({ name, fallback: (single ?? double ?? '').replace(/\\(.)/g, '$1') });
    end = match.index + whole.length;
  }
  if (end < line.length) found.push(line.slice(end));
  return found;
}

export function fieldsOf(line: string): Field[] {
  return parts(line).filter((part) => typeof part !== 'string');
}

/** What is left of a line without its fields. */
export function textOf(line: string): string {
  return parts(line)
    .filter((part) => typeof part === 'string')
    .join('');
}

/** Text in HTML and between quotation marks; braces that are no field stay braces. */
export function escapeText(text: string): string {
  return text

    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('{', '&#123;')
    .replaceAll('}', '&#125;');
}

/** A line of text and fields, for HTML and quoted attributes. */
export function lineHtml(line: string): string {
  return parts(line)
    .map((part) => (typeof part === 'string' ? escapeText(part) : expression(part)))
    .join('');
}
