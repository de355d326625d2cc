import type { Theme } from './model/design.ts';

/** Colours that go together, to begin with. */
export const SCHEMES: readonly ({ readonly id: string } & Pick<
  Theme,
  'brand' | 'accent' | 'page' | 'card' | 'text'
>)[] = [
  { id: 'forest', brand: '#0f6b5c', accent: '#b4532a', page: '#edf2ef', card: '#ffffff', text: '#1b2320' },
  { id: 'ocean', brand: '#1d4f7c', accent: '#2f7d4f', page: '#eff2f5', card: '#ffffff', text: '#18222b' },
  { id: 'indigo', brand: '#2f3c99', accent: '#ffc94d', page: '#eceef7', card: '#ffffff', text: '#1a1d33' },
  { id: 'berry', brand: '#a11f3c', accent: '#f6c445', page: '#faf1ec', card: '#ffffff', text: '#2a1a1d' },
  { id: 'plum', brand: '#5d2a6c', accent: '#b4532a', page: '#f4eff5', card: '#ffffff', text: '#241a28' },
  { id: 'ink', brand: '#1f2937', accent: '#b45309', page: '#f3f4f6', card: '#ffffff', text: '#111827' },
];
