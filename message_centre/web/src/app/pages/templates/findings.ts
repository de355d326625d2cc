/** The platform's remarks on a template, by the place in its sources that they are about. */

export interface Finding {
  /** `html`, `subject`, `preheader`, `text`, or null for the whole. */
  readonly source: string | null;
  /** From 1; null when the remark is about no line. */
  readonly line: number | null;
  readonly text: string;
}

const PLACED = /^(HTML|subject|preheader|text|html|headers\/[\w-]+), line (\d+): ([\s\S]*)$/;

export function parseFinding(finding: string): Finding {
  const placed = PLACED.exec(finding);
  if (!placed) return { source: null, line: null, text: finding };
  const [, source = '', line, text = ''] = placed;
  return { source: source.toLowerCase(), line: Number(line), text };
}
