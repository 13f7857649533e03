/** Keys that stand in a mapping of a YAML document twice (YAML 1.2.2, 3.2.1.1). Pure. */
import { isScalar, visit } from 'yaml';
import type { Document } from 'yaml';

/**
 * Offsets of the second and later ones, in the order of the text, at most `max`. The parser's own check compares each
 * key with each other one, and a file of many keys then holds up everything else; this one looks at each key once.
 */
export function duplicateKeys(document: Document.Parsed, max: number): readonly number[] {
  const offsets: number[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) offsets.push(key.range?.[0] ?? 0);
        seen.add(name);
      }
      return offsets.length < max ? undefined : visit.BREAK;
    },
  });
  return offsets.toSorted((a, b) => a - b).slice(0, max);
}
