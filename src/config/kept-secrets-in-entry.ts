/** An entry that comes back from a page that never saw its secrets: what is redacted in it stays what it was. Pure. */

/** Stands for a value that is there and is not shown. */
export const redactedValue = '[redacted]';

export type WithSecrets =
  | { readonly kind: 'ok'; readonly entry: Readonly<Record<string, unknown>> }
  /** Paths within the entry that are redacted where nothing was before. */
  | { readonly kind: 'unknown'; readonly paths: readonly string[] };

export function withKeptSecrets(
  given: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>> | undefined,
): WithSecrets {
  const paths: string[] = [];
  const entry = filled(given, before, '', paths) as Readonly<Record<string, unknown>>;
  return paths.length === 0 ? { kind: 'ok', entry } : { kind: 'unknown', paths };
}

function filled(given: unknown, before: unknown, path: string, unknown: string[]): unknown {
  if (given === redactedValue) {
    if (typeof before === 'string') return before;
    unknown.push(path);
    return given;
  }
  if (Array.isArray(given)) {
    const old: readonly unknown[] = Array.isArray(before) ? before : [];
    return given.map((value, index) => filled(value, old[index], `${path}[${index}]`, unknown));
  }
  if (typeof given !== 'object' || given === null) return given;
  const old = typeof before === 'object' && before !== null ? (before as Record<string, unknown>) : {};
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      key,
      filled(
        value,
        Object.hasOwn(old, key) ? old[key] : undefined,
        path === '' ? key : `${path}.${key}`,
        unknown,
      ),
    ]),
  );
}
