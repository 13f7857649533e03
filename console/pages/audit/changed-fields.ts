/** What differs between two values, field by field. Pure. */

export interface ChangedField {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export function changedFields(before: unknown, after: unknown): readonly ChangedField[] {
  const [old, now] = [flat(before), flat(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names
    .map((name) => ({ name, before: old.get(name) ?? '', after: now.get(name) ?? '' }))
    .filter((field) => field.before !== field.after);
}

function flat(value: unknown, prefix = ''): Map<string, string> {
  if (value === undefined || value === null) return new Map();
  const name = prefix === '' ? 'value' : prefix;
  if (typeof value !== 'object') return new Map([[name, JSON.stringify(value).replaceAll(/^"|"$/g, '')]]);
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) {
    return new Map([[name, value.join(', ')]]);
  }
  const entries = Object.entries(value).flatMap(([key, one]) => [
    ...flat(one, prefix === '' ? key : Array.isArray(value) ? `${prefix}[${key}]` : `${prefix}.${key}`),
  ]);
  return new Map(entries);
}
