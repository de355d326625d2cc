/**
 * How a source looks while it is being written: fields as their names in brackets, the first branch of each condition,
 * each loop once. The platform renders what recipients get; this only keeps pace with the keyboard.
 */

interface Branch {
  /** Whether text is shown here. */
  shown: boolean;
  /** Whether it was shown around the block. */
  outer: boolean;
}

const TOKEN = /\{\{-?([\s\S]*?)-?\}\}|\{%-?\s*([a-z]+)\b[\s\S]*?-?%\}|\{#[\s\S]*?#\}/g;

/** `escape` is for HTML; subjects and texts are plain. */
export function draftRender(source: string, escape: boolean): string {
  const open: Branch[] = [];
  let shown = true;
  let result = '';
  let end = 0;
  for (const token of source.matchAll(TOKEN)) {
    if (shown) result += source.slice(end, token.index);
    end = token.index + token[0].length;
    const [, expression, tag] = token;
    if (expression !== undefined) {
      if (shown) result += escape ? escapeHtml(standIn(expression)) : standIn(expression);
    } else if (tag === 'if' || tag === 'for') {
      open.push({ shown: true, outer: shown });
    } else if (tag === 'else' || tag === 'elif') {
      const block = open.at(-1);
      if (block) block.shown = false;
    } else if (tag === 'endif' || tag === 'endfor') {
      open.pop();
    }
    const block = open.at(-1);
    shown = block ? block.outer && block.shown : true;
  }
  return shown ? result + source.slice(end) : result;
}

/** `[first_name]`, or the text that stands in for it by `|default('...')`. */
function standIn(expression: string): string {
  const literal = /^\s*(['"])(.*)\1\s*$/s.exec(expression);
  if (literal) return literal[2] ?? '';
  const byDefault = /\|\s*default\(\s*(['"])(.*?)\1/s.exec(expression);
  if (byDefault?.[2]) return byDefault[2];
  const name = /^\s*([A-Za-z_][\w.]*)/.exec(expression);
  return name?.[1] ? `[${name[1]}]` : '';
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
