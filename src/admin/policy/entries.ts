/** Editors of single entries of the policy, with secrets that a page never saw put back. */
import type { EditedText, EntryList, PolicyEdit } from '../../config/edit-policy.ts';
import { withKeptSecrets } from '../../config/kept-secrets-in-entry.ts';
import type { PolicyEditor } from '../policy-control.ts';
import { Problem } from '../problem.ts';

export type Entry = Readonly<Record<string, unknown>>;

/** `name` absent: a new entry. `change` is given the entry of the text, secrets included. */
export function putEntry(
  list: EntryList,
  name: string | undefined,
  change: (before: Entry | undefined) => Entry,
): PolicyEditor {
  return async (text, tools) => {
    const before = name === undefined ? undefined : (await tools.entry(text, list, name))?.entry;
    if (name !== undefined && before === undefined) return missing(list, name);
    const filled = withKeptSecrets(change(before), before);
    if (filled.kind === 'unknown') {
      throw new Problem(
        400,
        'The request does not fit the schema',
        'a value is [redacted] where the policy has none that could stay',
        filled.paths.map((path) => ({
          severity: 'error',
          path: `document.${path}`,
          message: 'there is no value that could stay',
          expected: 'give the value, or leave it out',
        })),
      );
    }
    const edit: PolicyEdit = { kind: 'put', list, ...(name !== undefined && { name }), entry: filled.entry };
    return tools.edit(text, [edit]);
  };
}

export function removeEntry(list: EntryList, name: string): PolicyEditor {
  return (text, tools) => tools.edit(text, [{ kind: 'remove', list, name }]);
}

export function missing(list: EntryList, name: string): EditedText {
  return {
    kind: 'missing',
    name: `${list === 'sources' ? 'source' : list === 'connectors' ? 'connector' : 'block of'} ${name}`,
  };
}
