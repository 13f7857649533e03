/** One source of several that are the same device or application. */
import type { PolicyEditor } from '../policy-control.ts';
import type { Entry } from '../policy/entries.ts';
import { missing } from '../policy/entries.ts';

const lists = ['networks', 'senders', 'recipients', 'tags', 'repair', 'quirks'] as const;

/** What the others may comes to what `name` may; all else stays that of `name`, and the others go. */
export function mergeInto(name: string, others: readonly string[]): PolicyEditor {
  return async (text, tools) => {
    const entries = await tools.entries(text, 'sources');
    const own = entries.get(name);
    if (!own) return missing('sources', name);
    let merged: Entry = own;
    for (const other of others) {
      const entry = entries.get(other);
      if (!entry) return missing('sources', other);
      merged = joined(merged, entry);
    }
    return tools.edit(text, [
      ...others.map((other) => ({ kind: 'remove', list: 'sources', name: other }) as const),
      { kind: 'put', list: 'sources', name, entry: merged },
    ]);
  };
}

function joined(one: Entry, other: Entry): Entry {
  const result: Record<string, unknown> = { ...one };
  for (const list of lists) {
    const [mine, theirs] = [one[list], other[list]];
    // Absent recipients are everybody: naming those of the other would take rights away.
    if (list === 'recipients' && (mine === undefined || theirs === undefined)) {
      delete result[list];
      continue;
    }
    const entries = [...asList(mine), ...asList(theirs)];
    if (entries.length > 0) result[list] = distinct(entries);
  }
  return result;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function distinct(entries: readonly unknown[]): readonly unknown[] {
  const keys = new Set<string>();
  return entries.filter((entry) => {
    const key =
      typeof entry === 'string' ? entry : ((entry as { range?: string }).range ?? JSON.stringify(entry));
    return keys.has(key) ? false : keys.add(key);
  });
}
