/**
 * What a browser transfers before the overview is there, compressed as CloudFront does it (Brotli): the page, its
 * scripts and styles, the font, the texts, the frame and the page's own chunk. Ends with 1 above the budget.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const BUDGET = 250_000;
const DIST = join(import.meta.dirname, '..', 'dist', 'browser');
const STATIC_IMPORT = /(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g;

const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' });
const text = (file: string): string => readFileSync(join(DIST, file), 'utf8');
const index = text('index.html');
const wanted = new Set(['index.html', ...files.filter((file) => index.includes(`"${file}"`))]);
// Lazy chunks that the first page asks for, found by what is in them.
for (const mark of ['mc-shell', 'mc-dashboard', 'Skip to content']) {
  const chunk = files.find((file) => file.endsWith('.js') && text(file).includes(mark));
  if (!chunk) {
    throw new Error(`no chunk has ${mark}`);
  }
  wanted.add(chunk);
}
for (const file of wanted) {
  if (file.endsWith('.js')) {
    for (const [, imported = ''] of text(file).matchAll(STATIC_IMPORT)) {
      wanted.add(imported);
    }
  }
}
const font = files.find((file) => /figtree-latin-wght-normal.*\.woff2$/.test(file));
if (font) {
  wanted.add(font);
}
let sum = 0;
for (const file of wanted) {
  const size = brotliCompressSync(readFileSync(join(DIST, file))).length;
  sum += size;
  console.log(`${String(size).padStart(8)}  ${file}`);
}
console.log(`${String(sum).padStart(8)}  in all, of ${BUDGET}`);
process.exitCode = sum > BUDGET ? 1 : 0;
