/** Edits of single entries of the policy, drafts of it, differences between its versions, and what is brought back. */
import { isDeepStrictEqual } from 'node:util';
import type { PolicyChange, PolicyEdited, PolicyEditor, PolicyPreviewed } from '../admin/policy-control.ts';
import type { EditedText, EntryList } from '../config/edit-policy.ts';
import { entriesByName, entryOf } from '../config/edit-policy.ts';
import type { Finding } from '../config/finding.ts';
import type { Policy } from '../policy/policy.ts';
import type { PolicyHistory } from './policy-history.ts';
import type { PolicyReading } from './policy-reader.ts';
import { redactedDiff, redactedText } from './redacted-diff.ts';

export interface EditedPolicy {
  /** As it was read, secrets included. */
  text(): string;
  current(): Policy;
  /** Dangers and warnings of the policy in force. */
  findings(): readonly Finding[];
  /** Why it is not changed here, if so. */
  notHere(): string | undefined;
  read(text: string): Promise<PolicyReading>;
  change(make: (text: string) => string | undefined, author: string): Promise<PolicyChange | undefined>;
  readonly history: PolicyHistory;
}

export class PolicyEditing {
  readonly #of: EditedPolicy;

  constructor(of: EditedPolicy) {
    this.#of = of;
  }

  /** The entry of the policy in force, secrets left out; `index` is its place in the list. */
  entry(list: EntryList, name: string) {
    const found = entryOf(redactedText(this.#of.text()), list, name);
    if (!found) return undefined;
    const path = `${list}[${found.index}]`;
    const findings = this.#of.findings().filter((finding) => isWithin(finding.path, path));
    return { ...found, path, findings: findings.map(viewOf) };
  }

  findings() {
    return this.#of.findings().map(viewOf);
  }

  /** One change after the other, so that an edit meets the text that the one before left. */
  async edit(editor: PolicyEditor, author: string): Promise<PolicyEdited> {
    const notHere = this.#of.notHere();
    if (notHere !== undefined) return { kind: 'not-here', reason: notHere };
    let before = '';
    let after = '';
    let stopped: Exclude<EditedText, { kind: 'edited' }> | undefined;
    const change = await this.#of.change((text) => {
      before = text;
      const edited = editor(text);
      if (edited.kind !== 'edited') {
        stopped = edited;
        return undefined;
      }
      after = edited.text;
      return after;
    }, author);
    if (stopped) return stopped;
    if (change?.kind !== 'changed') return change ?? { kind: 'not-editable', reason: 'nothing was changed' };
    return {
      kind: 'edited',
      revision: this.#of.current().revision,
      diff: redactedDiff(before, after),
      findings: this.findings(),
    };
  }

  /** What an edit would give; nothing is changed. */
  async preview(editor: PolicyEditor): Promise<PolicyPreviewed | Exclude<EditedText, { kind: 'edited' }>> {
    const text = this.#of.text();
    const edited = editor(text);
    return edited.kind === 'edited' ? this.#judge(text, edited.text) : edited;
  }

  /** What a draft of the whole would change. */
  draft(text: string): Promise<PolicyPreviewed> {
    return this.#judge(this.#of.text(), text);
  }

  async #judge(before: string, after: string): Promise<PolicyPreviewed> {
    const reading = await this.#of.read(after);
    const isValid = reading.kind === 'ok';
    const findings = isValid ? reading.value.findings : reading.findings;
    const dangersBefore = this.#of.current().dangers;
    const dangers = isValid ? reading.value.policy.dangers : dangersBefore;
    return {
      kind: 'previewed',
      valid: isValid,
      findings: findings.map(viewOf),
      diff: redactedDiff(before, after),
      // A text with faults of syntax has no entries to compare.
      sources: isValid ? changesOf(before, after, 'sources') : noChanges,
      connectors: isValid ? changesOf(before, after, 'connectors') : noChanges,
      dangers: {
        added: dangers.filter((text) => !dangersBefore.includes(text)),
        removed: dangersBefore.filter((text) => !dangers.includes(text)),
      },
      ...(isValid ? { policy: reading.value.policy } : {}),
    };
  }

  /** Revision 0 is the empty policy. `undefined`: one of them is not there. */
  async diff(from: number, to: number): Promise<readonly string[] | undefined> {
    const [before, after] = await Promise.all([this.#textOf(from), this.#textOf(to)]);
    return before === undefined || after === undefined ? undefined : redactedDiff(before, after);
  }

  /** Puts an older revision in force as a new one. Throws VaultError where a secret in it cannot be decrypted. */
  async restore(revision: number, author: string): Promise<PolicyEdited> {
    const text = await this.#of.history.text(revision);
    if (text === undefined) return { kind: 'missing', name: String(revision) };
    return this.edit(() => ({ kind: 'edited', text }), `${author} (revision ${revision})`);
  }

  async previewRestore(revision: number): Promise<PolicyPreviewed | undefined> {
    const text = await this.#of.history.readable(revision);
    return text === undefined ? undefined : this.draft(text);
  }

  async #textOf(revision: number): Promise<string | undefined> {
    return revision === 0 ? '' : this.#of.history.readable(revision);
  }
}

const noChanges = { added: [], removed: [], changed: [] };

function changesOf(before: string, after: string, list: EntryList) {
  const [old, now] = [entriesByName(before, list), entriesByName(after, list)];
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed: [...now].flatMap(([name, entry]) =>
      old.has(name) && !isDeepStrictEqual(old.get(name), entry) ? [name] : [],
    ),
  };
}

function isWithin(path: string, entry: string): boolean {
  const bare = path.replace(/^policy\./, '');
  return bare === entry || bare.startsWith(`${entry}.`) || bare.startsWith(`${entry}[`);
}

function viewOf({ severity, path, message, expected, line, column }: Finding) {
  return { severity, path, message, expected, line, column };
}
