/** How a mail looks where the mail program is dark. */

/** Whether the mail brings colours of its own for dark mode. */
export function knowsDarkMode(html: string): boolean {
  return /prefers-color-scheme\s*:\s*dark/i.test(html);
}

const STYLES = /<style\b[^>]*>[\s\S]*?<\/style>/gi;
const SCHEME = /\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi;

/**
 * A mail as it looks in light or dark, whatever the person's own device prefers: a frame without an origin follows the
 * device, so its rules are made to apply always or never.
 */
function inScheme(html: string, dark: boolean): string {
  return html.replace(STYLES, (styles) =>
    styles.replace(SCHEME, (_, scheme: string) =>
      (scheme.toLowerCase() === 'dark') === dark ? '(min-width: 0px)' : '(max-width: 0px)',
    ),
  );
}

/**
 * The document of the preview's frame.
 *
 * A mail without colours for dark mode is inverted, as Gmail and Outlook do on phones, with its pictures as they are.
 * The policy forbids everything but pictures, fonts and styles: the frame has no scripts anyway.
 */
export function frameDocument(source: string, dark: boolean): string {
  const html = inScheme(source, dark);
  const policy =
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src https: http: data:; ' +
    "style-src 'unsafe-inline' https:; font-src https: data:\">";
  const inverted =
    dark && !knowsDarkMode(source)
      ? '<style>html{filter:invert(.92) hue-rotate(180deg);background:#fff}img,video{filter:invert(1) hue-rotate(180deg)}</style>'
      : '';
  const head = /<head[^>]*>/i.exec(html);
  if (head) {
    const at = head.index + head[0].length;
    return html.slice(0, at) + policy + inverted + html.slice(at);
  }
  return `<!doctype html><head>${policy}${inverted}</head>${html}`;
}
