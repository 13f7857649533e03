/** Revisions of the policy in the store: number, time, author, text. */
import type { PolicyRevision } from '../admin/context.ts';
import type { Clock } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import { lineDiff } from './line-diff.ts';

const indexName = 'policy-revisions';
/** Entries of the list; texts of older ones stay in the store. */
const indexMax = 1000;

export interface PolicyHistory {
  /** Newest first. */
  list(): readonly PolicyRevision[];
  readonly latest: PolicyRevision | undefined;
  text(revision: number): Promise<string | undefined>;
  /** Keeps a text as the next revision; resolves with the one there is where the text is the same. */
  add(text: string, author: string): Promise<PolicyRevision>;
}

export async function openPolicyHistory(store: Store, clock: Clock): Promise<PolicyHistory> {
  const text = (revision: number): Promise<string | undefined> => store.document(textName(revision));
  const kept = await store.document(indexName);
  const index = kept === undefined ? [] : (JSON.parse(kept) as PolicyRevision[]);
  return {
    list: () => index.toReversed(),
    get latest() {
      return index.at(-1);
    },
    text,
    async add(given, author) {
      const latest = index.at(-1);
      const before = latest ? ((await text(latest.revision)) ?? '') : '';
      if (latest && before === given) return latest;
      const diff = lineDiff(before, given);
      const added = diff.filter((line) => line.startsWith('+')).length;
      const entry: PolicyRevision = {
        revision: (latest?.revision ?? 0) + 1,
        at: clock.now(),
        author,
        added,
        removed: diff.length - added,
      };
      // The text first: an entry of the list always has its text.
      await store.putDocument(textName(entry.revision), given);
      await store.putDocument(indexName, JSON.stringify([...index, entry].slice(-indexMax)));
      index.push(entry);
      return entry;
    },
  };
}

function textName(revision: number): string {
  return `policy-revision-${revision}`;
}
