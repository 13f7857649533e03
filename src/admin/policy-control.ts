/** What the API may do with the policy: look at it, judge a draft, and change it where the store keeps it. */
import type { FindingsView } from '../../contract/schemas.ts';
import type { EditedText, EntryList, PolicyEdit } from '../config/edit-policy.ts';
import type { FilledText } from '../config/kept-secrets-in-text.ts';
import type { Instant } from '../platform/clock.ts';
import type { Policy } from '../policy/policy.ts';

type FindingViews = FindingsView['findings'];

export interface PolicyRevision {
  readonly revision: number;
  readonly at: Instant;
  readonly author: string;
  /** Lines against the revision before. */
  readonly added: number;
  readonly removed: number;
}

export type PolicyChange =
  | { readonly kind: 'changed' }
  | { readonly kind: 'faulty'; readonly findings: FindingViews }
  | { readonly kind: 'not-here'; readonly reason: string };

type Entry = Readonly<Record<string, unknown>>;

/** What an editor reads and writes texts of policies with: a long one is worked on elsewhere than on the event loop. */
export interface TextTools {
  entry(
    text: string,
    list: EntryList,
    name: string,
  ): Promise<{ readonly entry: Entry; readonly index: number } | undefined>;
  entries(text: string, list: EntryList): Promise<ReadonlyMap<string, Entry>>;
  edit(text: string, edits: readonly PolicyEdit[]): Promise<EditedText>;
  /** `text` with what is redacted in it put back from `before`. */
  fill(text: string, before: string): Promise<FilledText>;
}

/** Makes the new text of the old one, secrets included; what it returns besides `edited` leaves all as it is. */
export type PolicyEditor = (text: string, tools: TextTools) => Promise<EditedText>;

export type PolicyEdited =
  | {
      readonly kind: 'edited';
      readonly revision: number;
      readonly diff: readonly string[];
      readonly findings: FindingViews;
    }
  | Exclude<PolicyChange, { readonly kind: 'changed' }>
  | Exclude<EditedText, { readonly kind: 'edited' }>;

interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export interface PolicyPreviewed {
  readonly kind: 'previewed';
  readonly valid: boolean;
  readonly findings: FindingViews;
  readonly diff: readonly string[];
  readonly sources: Changes;
  readonly connectors: Changes;
  readonly dangers: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Only of one that is valid. */
  readonly policy?: Policy;
}

export interface PolicyEditingControl {
  entry(
    list: EntryList,
    name: string,
  ): Promise<
    | {
        readonly entry: Entry;
        readonly index: number;
        readonly path: string;
        readonly findings: FindingViews;
      }
    | undefined
  >;
  /** Dangers and warnings of the policy in force. */
  findings(): FindingViews;
  edit(editor: PolicyEditor, author: string): Promise<PolicyEdited>;
  preview(editor: PolicyEditor): Promise<PolicyPreviewed | Exclude<EditedText, { readonly kind: 'edited' }>>;
  /** With the policy that it compiles to, where it has no faults. */
  draft(text: string): Promise<PolicyPreviewed>;
  diff(from: number, to: number): Promise<readonly string[] | undefined>;
  restore(revision: number, author: string): Promise<PolicyEdited>;
  /** What `restore` would change; `undefined`: there is no such revision. */
  previewRestore(revision: number): Promise<PolicyPreviewed | undefined>;
}

export interface PolicyControl {
  readonly managed: 'file' | 'inline' | 'store';
  readonly file: string | undefined;
  /** The newest version, where it was refused and the one before is still in force. */
  readonly refused: { readonly at: Instant; readonly text: string } | undefined;
  /** The document in force, as it was read. */
  readonly document: Readonly<Record<string, unknown>>;
  /** The text in force, secrets left out. */
  readonly text: string;
  readonly editing: PolicyEditingControl;
  validate(text: string): Promise<FindingsView>;
  /** Only where `managed` is `store`. */
  put(text: string, author: string): Promise<PolicyChange>;
  /** Only where `managed` is `file`. */
  reload(): Promise<PolicyChange>;
  revisions(): Promise<readonly PolicyRevision[]>;
  /** `diff`: lines with `+` or `-` in front. */
  revision(revision: number): Promise<
    | (PolicyRevision & {
        readonly document: Readonly<Record<string, unknown>>;
        /** Secrets left out. */
        readonly text: string;
        readonly diff: readonly string[];
      })
    | undefined
  >;
}
