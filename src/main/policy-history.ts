/** Revisions of the policy in the store: number, time, author, text; secrets in the text are encrypted. */
import type { PolicyRevision } from '../admin/context.ts';
import type { Clock } from '../platform/clock.ts';
import type { VaultPlace } from '../config/vault-keys.ts';
import type { Store } from '../store/store.ts';
import type { FindSecrets } from './kept-secrets.ts';
import { KeptSecrets } from './kept-secrets.ts';
import { lineDiff } from './line-diff.ts';

const indexName = 'policy-revisions';
/** Entries of the list; texts of older ones stay in the store. */
const indexMax = 1000;

export interface PolicyHistory {
  /** Newest first. */
  list(): readonly PolicyRevision[];
  readonly latest: PolicyRevision | undefined;
  /** As it was given. Throws VaultError where a secret in it cannot be decrypted. */
  text(revision: number): Promise<string | undefined>;
  /** The same for showing: a secret that cannot be decrypted stays encrypted. */
  readable(revision: number): Promise<string | undefined>;
  /** Keeps a text as the next revision; resolves with the one there is where the text is the same. */
  add(text: string, author: string): Promise<PolicyRevision>;
}

/** `place`: where the key of the secrets lies. Throws VaultError when it cannot be used. */
export async function openPolicyHistory(
  store: Store,
  clock: Clock,
  place: VaultPlace,
  find: FindSecrets,
): Promise<PolicyHistory> {
  const secrets = await KeptSecrets.open(store, place, find);
  const kept = await store.document(indexName);
  const index = kept === undefined ? [] : (JSON.parse(kept) as PolicyRevision[]);
  if (secrets.isStale) await resealAll(store, secrets, index);
  const readable = async (revision: number): Promise<string | undefined> => {
    const found = await store.document(textName(revision));
    return found === undefined ? undefined : secrets.openWhatCan(found);
  };
  return {
    list: () => index.toReversed(),
    get latest() {
      return index.at(-1);
    },
    async text(revision) {
      const found = await store.document(textName(revision));
      return found === undefined ? undefined : secrets.open(found);
    },
    readable,
    async add(given, author) {
      const latest = index.at(-1);
      const before = latest ? ((await readable(latest.revision)) ?? '') : '';
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
      await store.putDocument(textName(entry.revision), await secrets.seal(given));
      await store.putDocument(indexName, JSON.stringify([...index, entry].slice(-indexMax)));
      index.push(entry);
      return entry;
    },
  };
}

/** After a rotation of the key, and for what was kept in clear. */
async function resealAll(
  store: Store,
  secrets: KeptSecrets,
  index: readonly PolicyRevision[],
): Promise<void> {
  for (const { revision } of index) {
    const name = textName(revision);
    const before = await store.document(name);
    const after = before === undefined ? undefined : await secrets.reseal(before);
    if (after !== undefined && after !== before) await store.putDocument(name, after);
  }
  await secrets.markFresh();
}

function textName(revision: number): string {
  return `policy-revision-${revision}`;
}
