/** Addresses of links and pictures. */

import { parts, textOf } from './fields.ts';

const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const LINKS = new Set(['http', 'https', 'mailto', 'tel']);

/** An address as somebody types it: `example.com` and `anna@example.com` get what is missing in front. */
export function completed(typed: string): string {
  const address = typed.trim();
  const first = parts(address)[0];
  if (!address || typeof first !== 'string' || SCHEME.test(first) || /^[/#]/.test(first)) return address;
  if (/^[^\s/@]+@[^\s/@]+\.[^\s/@]+$/.test(address)) return `mailto:${address}`;
  return /^[^\s/]+\.[^\s/.]{2,}/.test(textOf(address)) ? `https://${address}` : address;
}

/** Whether a link leads somewhere in a mail: with a scheme, or wholly out of a field's value. */
export function isLink(address: string): boolean {
  const [first, ...rest] = parts(address.trim());
  if (first === undefined) return false;
  if (typeof first !== 'string') return true;
  const scheme = SCHEME.exec(first)?.[1]?.toLowerCase();
  const behind = first.slice((scheme?.length ?? 0) + 1).replace(/^\/+/, '');
  return (
    scheme !== undefined &&
    LINKS.has(scheme) &&
    !/\s/.test(textOf(address).trim()) &&
    (behind !== '' || rest.length > 0)
  );
}

/** Whether a mail program can load a picture from there. */
export function isPictureAddress(address: string): boolean {
  const first = parts(address.trim())[0];
  return first !== undefined && (typeof first !== 'string' || (/^https?:\/\/\S/i.test(first) && !/\s/.test(first)));
}
