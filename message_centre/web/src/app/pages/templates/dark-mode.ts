/** How a mail looks where the mail program is dark. */

/** Whether the mail brings colours of its own for dark mode. */
export function knowsDarkMode(html: string): boolean {
  return /prefers-color-scheme\s*:\s*dark/i.test(html);
}

/**
 * The document of the preview's frame.
 *
 * A mail without colours for dark mode is inverted, as Gmail and Outlook do on phones, with its pictures as they are.
 * The policy forbids everything but pictures, fonts and styles: the frame has no scripts anyway.
 */
export function frameDocument(html: string, dark: boolean): string {
  const policy =
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src https: http: data:; ' +
    "style-src 'unsafe-inline' https:; font-src https: data:\">";
  const inverted =
    dark && !knowsDarkMode(html)
      ? '<style>html{filter:invert(.92) hue-rotate(180deg);background:#fff}img,video{filter:invert(1) hue-rotate(180deg)}</style>'
      : '';
  const head = /<head[^>]*>/i.exec(html);
  if (head) {
    const at = head.index + head[0].length;
    return html.slice(0, at) + policy + inverted + html.slice(at);
  }
  return `<!doctype html><head>${policy}${inverted}</head>${html}`;
}
