/** The addresses in what somebody typed or pasted: by blanks, commas, semicolons or lines, each once. */
export function addressesOf(text: string): string[] {
  const found = text
    .split(/[\s,;]+/)
    .map((part) => part.replace(/^<|>$/g, ''))
    .filter((part) => part.includes('@'));
  return [...new Set(found)];
}
