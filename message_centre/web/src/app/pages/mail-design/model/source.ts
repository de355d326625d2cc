/**
 * The design of a mail within its source: a comment of the template language at the end of the HTML. The platform keeps
 * the source as it is and leaves comments out of every mail. The comment names a digest of the HTML that was made of the
 * design: where that is another one, somebody changed the HTML, and it stays code.
 */

import type { Design } from './design.ts';
import { generate } from './generate.ts';
import { readDesign } from './reading.ts';

export interface Source {
  /** Without the design. */
  readonly html: string;
  /** Null: the mail was written as code, or by an editor that knows more than this one. */
  readonly design: Design | null;
  /** Whether the HTML is what was made of the design. */
  readonly intact: boolean;
  /** The comment as it stands in the source. */
  readonly comment: string;
}

const COMMENT = /\n?\{# message-centre design (\d+) ([0-9a-f]{16})\n([\s\S]*?)\n#\}\s*$/;
const FORM = 1;

export function readSource(source: string): Source {
  const found = COMMENT.exec(source);
  if (!found) return { html: source, design: null, intact: false, comment: '' };
  const [comment, form, digest, json = ''] = found;
  const html = source.slice(0, found.index);
  const design = Number(form) === FORM ? parsed(json) : null;
  return { html, design, intact: design !== null && digestOf(html) === digest, comment };
}

/** The source of a design: its HTML, and the design for the next time. */
export function writeSource(design: Design): string {
  const html = generate(design);
  // The end of the comment must not stand in it, nor what others could take for a tag; JSON can write both otherwise.
  const json = JSON.stringify(design).replaceAll('#}', '#\\u007d').replaceAll('<', '\\u003c');
  return `${html}\n{# message-centre design ${FORM} ${digestOf(html)}\n${json}\n#}\n`;
}

function parsed(json: string): Design | null {
  try {
    return readDesign(JSON.parse(json));
  } catch {
    return null;
  }
}

/** 64 bits that tell whether a text was changed (FNV-1a twice, from two beginnings); no protection against intent. */
export function digestOf(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x85ebca6b);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
