/** JSON merge patches (RFC 7396) as plain values. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Patch = Readonly<Record<string, Json>>;

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The patch that does what `first` and then `second` do. */
export function compose(first: Patch, second: Patch): Patch {
  const merged: Record<string, Json> = { ...first };
  for (const [name, value] of Object.entries(second)) {
    const before = merged[name];
    merged[name] = isObject(value) && isObject(before) ? compose(before, value) : value;
  }
  return merged;
}

/** `target` with the patch applied; unlike `compose`, null takes a name's value and leaves null in its place. */
export function apply<T>(target: T, patch: Patch): T {
  const merged = { ...target } as Record<string, unknown>;
  for (const [name, value] of Object.entries(patch)) {
    const before = merged[name];
    merged[name] = isObject(value) && isObject(before) ? apply(before, value) : value;
  }
  return merged as T;
}

/** The paths (`settings/subject`) that a patch touches. */
export function paths(patch: Patch, prefix = ''): string[] {
  return Object.entries(patch).flatMap(([name, value]) =>
    isObject(value) && Object.keys(value).length ? paths(value, `${prefix}${name}/`) : [`${prefix}${name}`],
  );
}

/** The value at a path, undefined where there is none. */
export function at(target: unknown, path: string): unknown {
  return path
    .split('/')
    .reduce<unknown>((value, name) => (isObject(value) ? (value as Record<string, unknown>)[name] : undefined), target);
}

/** Paths of `patch` at which `theirs` differs from `base`: what two people changed at the same time. */
export function clashes(base: unknown, theirs: unknown, patch: Patch): string[] {
  return paths(patch).filter((path) => JSON.stringify(at(base, path)) !== JSON.stringify(at(theirs, path)));
}

/** The paths under `parts` at which two plans differ, down to single values. */
export function differences(one: unknown, other: unknown, parts: readonly string[]): string[] {
  return parts.flatMap((part) => {
    const [before, after] = [at(one, part), at(other, part)];
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    if (!isObject(before) || !isObject(after)) return [part];
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return differences(
      one,
      other,
      names.map((name) => `${part}/${name}`),
    );
  });
}
