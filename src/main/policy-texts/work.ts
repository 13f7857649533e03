/**
 * Everything that reads the text of a policy as YAML, by name: plain values in, plain values out, so that the event loop and
 * the thread of policy-thread.ts do the same. A megabyte of text takes a second each time.
 */
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { EditedText, EntryList, PolicyEdit } from '../../config/edit-policy.ts';
import { editPolicyText, entriesByName, entryOf } from '../../config/edit-policy.ts';
import type { Finding } from '../../config/finding.ts';
import type { FilledText } from '../../config/kept-secrets-in-text.ts';
import { withKeptSecretsInText } from '../../config/kept-secrets-in-text.ts';
import type { LoadedNodeConfig } from '../../config/load.ts';
import type { PolicyDocument } from '../../config/policy-schema.ts';
import type { WrittenSecret } from '../../config/policy-secrets.ts';
import { findSecrets } from '../../config/policy-secrets.ts';
import type { Instant } from '../../platform/clock.ts';
import { systemClock } from '../../platform/clock.ts';
import { loadPolicyText } from '../../policy/load-policy.ts';
import { redactedDiff, redactedText } from '../redacted-diff.ts';

type Entry = Readonly<Record<string, unknown>>;

/** A policy that was judged whole; what it compiles to stays where it was compiled. */
export type JudgedText =
  | { readonly kind: 'ok'; readonly document: PolicyDocument; readonly findings: readonly Finding[] }
  | { readonly kind: 'faulty'; readonly findings: readonly Finding[] };

export interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export interface Shown {
  /** Secrets left out. */
  readonly text: string;
  readonly document: Entry;
}

export const policyWork = {
  async judge(given: {
    readonly node: Omit<LoadedNodeConfig, 'policyOrigin'>;
    readonly now: Instant;
    readonly text: string;
    readonly file: string;
    readonly readableByAll: boolean;
  }): Promise<JudgedText> {
    const { node, now, text, file, readableByAll } = given;
    const clock = { ...systemClock, now: () => now };
    const context = { node: { ...node, policyOrigin: { kind: 'managed' } as const }, revision: 0, clock };
    const loaded = await loadPolicyText(context, { text, file, readableByAll });
    if (loaded.kind === 'faulty') return loaded;
    const { document, findings } = loaded;
    return { kind: 'ok', document, findings };
  },
  edit: (given: { readonly text: string; readonly edits: readonly PolicyEdit[] }): EditedText =>
    editPolicyText(given.text, given.edits),
  entry: (given: { readonly text: string; readonly list: EntryList; readonly name: string }) =>
    entryOf(given.text, given.list, given.name),
  entries: (given: { readonly text: string; readonly list: EntryList }): ReadonlyMap<string, Entry> =>
    entriesByName(given.text, given.list),
  fill: (given: { readonly text: string; readonly before: string }): FilledText =>
    withKeptSecretsInText(given.text, given.before),
  secrets: (given: { readonly text: string }): readonly WrittenSecret[] => findSecrets(given.text),
  show(given: { readonly text: string }): Shown {
    const text = redactedText(given.text);
    const value: unknown = parse(text);
    return { text, document: typeof value === 'object' && value !== null ? (value as Entry) : {} };
  },
  diff: (given: { readonly text: string; readonly before: string }): readonly string[] =>
    redactedDiff(given.before, given.text),
  /** Entries by name; of texts without faults. */
  changes: (given: {
    readonly text: string;
    readonly before: string;
  }): { readonly sources: Changes; readonly connectors: Changes } => ({
    sources: changesOf(given.before, given.text, 'sources'),
    connectors: changesOf(given.before, given.text, 'connectors'),
  }),
};

export type PolicyWork = typeof policyWork;
export type WorkName = keyof PolicyWork;
export type WorkGiven<N extends WorkName> = Parameters<PolicyWork[N]>[0];
export type WorkResult<N extends WorkName> = Awaited<ReturnType<PolicyWork[N]>>;

function changesOf(before: string, after: string, list: EntryList): Changes {
  const [old, now] = [entriesByName(before, list), entriesByName(after, list)];
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed: [...now].flatMap(([name, entry]) =>
      old.has(name) && !isDeepStrictEqual(old.get(name), entry) ? [name] : [],
    ),
  };
}
