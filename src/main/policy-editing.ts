/** Edits of single entries of the policy, drafts of it, differences between its versions, and what is brought back. */
import type {
  PolicyChange,
  PolicyEdited,
  PolicyEditor,
  PolicyPreviewed,
  TextTools,
} from '../admin/policy-control.ts';
import { Problem } from '../admin/problem.ts';
import type { EditedText, EntryList } from '../config/edit-policy.ts';
import { keyOf } from '../config/edit-policy.ts';
import type { Finding } from '../config/finding.ts';
import type { Policy } from '../policy/policy.ts';
import { WorkLimit } from '../policy/work-limit.ts';
import { viewOf } from './policy-announcement.ts';
import type { PolicyHistory } from './policy-history.ts';
import type { PolicyReading } from './policy-reader.ts';
import type { PolicyTexts } from './policy-texts/policy-texts.ts';

export interface EditedPolicy {
  /** As it was read, secrets included. */
  text(): string;
  /** The same for showing, as a document. */
  shown(): Readonly<Record<string, unknown>>;
  current(): Policy;
  /** Dangers and warnings of the policy in force. */
  findings(): readonly Finding[];
  /** Why it is not changed here, if so. */
  notHere(): string | undefined;
  read(text: string): Promise<PolicyReading>;
  change(
    make: (text: string) => Promise<string | undefined>,
    author: string,
  ): Promise<PolicyChange | undefined>;
  readonly history: PolicyHistory;
  readonly texts: PolicyTexts;
}

export class PolicyEditing {
  readonly #of: EditedPolicy;
  readonly #tools: TextTools;
  /** Drafts are judged one after the other; each that waits holds its text in memory. */
  readonly #drafts = new WorkLimit({ active: 1, waiting: 10 });

  constructor(of: EditedPolicy) {
    this.#of = of;
    this.#tools = toolsOf(of.texts);
  }

  /** The entry of the policy in force, secrets left out; `index` is its place in the list. */
  async entry(list: EntryList, name: string) {
    const entries = this.#of.shown()[list] as readonly unknown[] | undefined;
    const index = entries?.findIndex((one) => keyOf(list, one) === name) ?? -1;
    const entry = entries?.[index];
    if (typeof entry !== 'object' || entry === null) return undefined;
    const found = { entry: entry as Readonly<Record<string, unknown>>, index };
    const path = `${list}[${index}]`;
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
    const change = await this.#of.change(async (text) => {
      before = text;
      const edited = await editor(text, this.#tools);
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
      diff: await this.#of.texts.run('diff', { text: after, before }),
      findings: this.findings(),
    };
  }

  /** What an edit would give; nothing is changed. */
  async preview(editor: PolicyEditor): Promise<PolicyPreviewed | Exclude<EditedText, { kind: 'edited' }>> {
    return this.#inTurn(async () => {
      const text = this.#of.text();
      const edited = await editor(text, this.#tools);
      return edited.kind === 'edited' ? this.#judge(text, edited.text) : edited;
    });
  }

  /** What a draft of the whole would change. */
  draft(text: string): Promise<PolicyPreviewed> {
    return this.#inTurn(() => this.#judge(this.#of.text(), text));
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#drafts.run(work);
    if (done) return await done;
    throw new Problem(409, 'Not possible now', 'ten drafts wait to be judged: try again in a moment');
  }

  async #judge(before: string, after: string): Promise<PolicyPreviewed> {
    const reading = await this.#of.read(after);
    const isValid = reading.kind === 'ok';
    const findings = isValid ? reading.value.findings : reading.findings;
    const dangersBefore = this.#of.current().dangers;
    const dangers = isValid ? reading.value.policy.dangers : dangersBefore;
    const [had, has] = [new Set(dangersBefore), new Set(dangers)];
    const { texts } = this.#of;
    // A text with faults of syntax has no entries to compare.
    const changes = isValid
      ? await texts.run('changes', { text: after, before })
      : { sources: noChanges, connectors: noChanges };
    return {
      kind: 'previewed',
      valid: isValid,
      findings: findings.map(viewOf),
      diff: await texts.run('diff', { text: after, before }),
      ...changes,
      dangers: {
        added: dangers.filter((text) => !had.has(text)),
        removed: dangersBefore.filter((text) => !has.has(text)),
      },
      ...(isValid ? { policy: reading.value.policy } : {}),
    };
  }

  /** Revision 0 is the empty policy. `undefined`: one of them is not there. */
  async diff(from: number, to: number): Promise<readonly string[] | undefined> {
    const [before, after] = await Promise.all([this.#textOf(from), this.#textOf(to)]);
    if (before === undefined || after === undefined) return undefined;
    return this.#of.texts.run('diff', { text: after, before });
  }

  /** Puts an older revision in force as a new one. Throws VaultError where a secret in it cannot be decrypted. */
  async restore(revision: number, author: string): Promise<PolicyEdited> {
    const text = await this.#of.history.text(revision);
    if (text === undefined) return { kind: 'missing', name: String(revision) };
    return this.edit(() => Promise.resolve({ kind: 'edited', text }), `${author} (revision ${revision})`);
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

function toolsOf(texts: PolicyTexts): TextTools {
  return {
    entry: (text, list, name) => texts.run('entry', { text, list, name }),
    entries: (text, list) => texts.run('entries', { text, list }),
    edit: (text, edits) => texts.run('edit', { text, edits }),
    fill: (text, before) => texts.run('fill', { text, before }),
  };
}

function isWithin(path: string, entry: string): boolean {
  const bare = path.replace(/^policy\./, '');
  return bare === entry || bare.startsWith(`${entry}.`) || bare.startsWith(`${entry}[`);
}
