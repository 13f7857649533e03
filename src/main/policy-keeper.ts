/**
 * Keeps the policy in force: reads it from where its truth lies, numbers and stores each version, swaps it atomically.
 * A version with faults is refused as a whole, said in the log, and changes nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import type { PolicyChange, PolicyControl } from '../admin/context.ts';
import { formatFinding } from '../config/finding.ts';
import type { Finding } from '../config/finding.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import { readText } from '../config/load.ts';
import { VaultError } from '../config/vault.ts';
import type { ConnectorEnvironment, ConnectorSecrets } from '../connector/create.ts';
import type { Events } from '../observe/events.ts';
import type { Clock } from '../platform/clock.ts';
import { PolicyHolder } from '../policy/holder.ts';
import { emptyPolicy } from '../policy/compile.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../store/store.ts';
import { StartFailure } from './failure.ts';
import { announcePolicy, textOf, viewOf } from './policy-announcement.ts';
import type { PolicyCandidate } from './policy-candidates.ts';
import { PolicyCandidates } from './policy-candidates.ts';
import { PolicyEditing } from './policy-editing.ts';
import type { PolicyHistory } from './policy-history.ts';
import { openPolicyHistory } from './policy-history.ts';
import type { PolicyReading, ReadPolicy } from './policy-reader.ts';
import { readPolicy } from './policy-reader.ts';
import { PolicyTexts } from './policy-texts/policy-texts.ts';
import type { Shown } from './policy-texts/work.ts';

export interface PolicyKeeperOptions {
  readonly node: LoadedNodeConfig;
  readonly store: Store;
  readonly clock: Clock;
  readonly events: Events;
  readonly environment: Omit<ConnectorEnvironment, 'secrets'>;
}

export class PolicyKeeper implements PolicyControl {
  readonly holder = new PolicyHolder(emptyPolicy);
  readonly #options: PolicyKeeperOptions;
  readonly #history: PolicyHistory;
  readonly #candidates: PolicyCandidates;
  #secrets: ReadonlyMap<string, ConnectorSecrets> = new Map();
  readonly #secretsVersions = new Map<string, number>();
  #refused: PolicyControl['refused'];
  #text = '';
  #findings: readonly Finding[] = [];
  /** What pages see of it. */
  #shown: Shown = { text: '', document: {} };
  readonly #texts: PolicyTexts;
  /** Edits of single entries, drafts, differences and what is brought back. */
  readonly editing: PolicyEditing;
  /** Changes go one after the other, so that the last one asked for is the one in force. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: PolicyKeeperOptions, history: PolicyHistory, texts: PolicyTexts) {
    this.#options = options;
    this.#texts = texts;
    this.#history = history;
    this.#candidates = new PolicyCandidates({ ...options, texts, history });
    this.editing = new PolicyEditing({
      texts,
      text: () => this.#text,
      shown: () => this.#shown.document,
      current: () => this.holder.current,
      findings: () => this.#findings,
      notHere: () => this.#notHere(),
      read: async (text) => this.#read(await this.#candidates.given(text)),
      change: (make, author) => this.#changeText(make, author),
      history,
    });
  }

  /** Reads the policy for the first time; a faulty one throws StartFailure, because there is none before it to keep. */
  static async open(options: PolicyKeeperOptions): Promise<PolicyKeeper> {
    const texts = new PolicyTexts();
    const keeper = new PolicyKeeper(options, await openHistory(options, texts), texts);
    const candidate = await keeper.#candidates.kept().catch(withoutKey);
    const reading = await keeper.#use(candidate, 'start').catch(withoutKey);
    if (reading.kind === 'faulty') {
      throw new StartFailure('configuration', reading.findings.map(formatFinding).join('\n'));
    }
    return keeper;
  }

  get managed(): PolicyControl['managed'] {
    const { kind } = this.#options.node.policyOrigin;
    return kind === 'managed' ? 'store' : kind;
  }

  get file(): string | undefined {
    return this.#candidates.file;
  }

  get document(): Readonly<Record<string, unknown>> {
    return this.#shown.document;
  }

  get text(): string {
    return this.#shown.text;
  }

  get refused(): PolicyControl['refused'] {
    return this.#refused;
  }

  /** Secrets of a connector of the policy in force. */
  secretsOf(connector: string): ConnectorSecrets {
    return this.#secrets.get(connector) ?? {};
  }

  async validate(text: string): ReturnType<PolicyControl['validate']> {
    const reading = await this.#read(await this.#candidates.given(text));
    const findings = reading.kind === 'ok' ? reading.value.findings : reading.findings;
    return { valid: reading.kind === 'ok', findings: findings.map(viewOf) };
  }

  put(text: string, author: string): Promise<PolicyChange> {
    const notHere = this.#notHere();
    if (notHere !== undefined) return Promise.resolve({ kind: 'not-here', reason: notHere });
    return this.#change(() => this.#candidates.given(text), author);
  }

  /** Why the policy is not changed here, and how it is. */
  #notHere(): string | undefined {
    if (this.managed === 'store') return undefined;
    const { file } = this.#options.node;
    const how =
      this.file === undefined
        ? `stands in ${file} under "policy": change it there and start the relay again`
        : `is kept in ${this.file}: change it there, the relay reads it again by itself`;
    return `the policy ${how}; without "policy" in ${file} it is managed in console, commands and API`;
  }

  /** Changes the text in force, whichever that is when its turn comes; `undefined` from `make`: nothing is changed. */
  #changeText(
    make: (text: string) => Promise<string | undefined>,
    author: string,
  ): Promise<PolicyChange | undefined> {
    const work = this.#turn.then(async () => {
      const text = await make(this.#text);
      return text === undefined
        ? undefined
        : this.#outcome(await this.#use(await this.#candidates.given(text), author));
    });
    this.#turn = work.catch(() => undefined);
    return work;
  }

  /** Reads the file again, also where its text is the same: files and secrets that it names may be new. */
  reload(author = 'file'): Promise<PolicyChange> {
    if (this.managed !== 'file') {
      const where = this.managed === 'store' ? 'the store' : this.#options.node.file;
      return Promise.resolve({
        kind: 'not-here',
        reason: `the policy is kept in ${where}, not in a file of its own`,
      });
    }
    return this.#change(() => this.#candidates.kept(), author);
  }

  /** Reads the files and secrets again that the policy in force names; a faulty one changes nothing. */
  rereadFiles(): Promise<PolicyChange> {
    return this.#change(() => this.#candidates.kept(), 'file');
  }

  /** Reads the file again where its text differs from the one in force. */
  async reloadIfChanged(): Promise<void> {
    if (!this.file) return;
    const text = await readText(this.file);
    // After a refusal also the text in force is read: it takes the refusal back.
    if (!this.#refused && text.kind === 'ok' && text.value === this.#text) return;
    await this.reload();
  }

  revisions(): ReturnType<PolicyControl['revisions']> {
    return Promise.resolve(this.#history.list());
  }

  async revision(number: number): ReturnType<PolicyControl['revision']> {
    const entry = this.#history.list().find(({ revision }) => revision === number);
    const text = entry && (await this.#history.readable(number));
    if (!entry || text === undefined) return undefined;
    const before = (await this.#history.readable(number - 1)) ?? '';
    const shown = await this.#texts.run('show', { text });
    return { ...entry, ...shown, diff: await this.#texts.run('diff', { text, before }) };
  }

  async #change(candidate: () => Promise<PolicyCandidate>, author: string): Promise<PolicyChange> {
    const work = this.#turn.then(async () => {
      const read = await candidate();
      try {
        return await this.#use(read, author);
      } catch (error) {
        this.#tellUnrecorded(error);
        throw error;
      }
    });
    this.#turn = work.catch(() => undefined);
    return this.#outcome(await work);
  }

  /** Of a refused one everybody is told. */
  #outcome(reading: PolicyReading): PolicyChange {
    if (reading.kind === 'ok') return { kind: 'changed' };
    const text = textOf(reading.findings.filter(({ severity }) => severity === 'error'));
    this.#refused = { at: this.#options.clock.now(), text };
    this.#options.events.emit({ kind: 'policy-refused', text });
    return { kind: 'faulty', findings: reading.findings.map(viewOf) };
  }

  /** What stands in the file is not in force; who changed it by API or command got the error as the answer. */
  #tellUnrecorded(error: unknown): void {
    if (this.managed !== 'file') return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#refused = { at: this.#options.clock.now(), text: `it could not be put on record: ${reason}` };
  }

  #read({ loaded, file }: PolicyCandidate): Promise<PolicyReading> {
    return readPolicy(loaded, file, this.#options.environment);
  }

  async #use(candidate: PolicyCandidate, author: string): Promise<PolicyReading> {
    const checked = await this.#read(candidate);
    if (checked.kind === 'faulty') return checked;
    const isNothing = this.managed === 'store' && this.#history.latest === undefined && author === 'start';
    const revision = isNothing ? 0 : (await this.#history.add(candidate.text, author)).revision;
    const connectors = this.#withSecretsVersions(checked.value);
    const value = { ...checked.value, policy: { ...checked.value.policy, connectors, revision } };
    const shown = await this.#texts.run('show', { text: candidate.text });
    this.#refused = undefined;
    this.#text = candidate.text;
    this.#shown = shown;
    this.#findings = value.findings;
    this.#secrets = value.secrets;
    this.holder.replace(value.policy);
    announcePolicy(value, this.#options.events);
    return { kind: 'ok', value };
  }

  /** Numbers what the secrets of each connector are, so that new ones in the same files replace its connections. */
  #withSecretsVersions({ policy, secrets }: ReadPolicy): Policy['connectors'] {
    return new Map(
      Array.from(policy.connectors, ([name, rule]) => {
        const before = this.#secretsVersions.get(name) ?? 0;
        const version = isDeepStrictEqual(this.#secrets.get(name), secrets.get(name)) ? before : before + 1;
        this.#secretsVersions.set(name, version);
        return [name, { ...rule, secretsVersion: version }];
      }),
    );
  }
}

function openHistory(
  { store, clock, node }: PolicyKeeperOptions,
  texts: PolicyTexts,
): Promise<PolicyHistory> {
  const find = (text: string) => texts.run('secrets', { text });
  return openPolicyHistory(store, clock, node, find).catch(withoutKey);
}

/** For `catch` during the start: a key that is missing or wrong is told as what it is. */
function withoutKey(error: unknown): never {
  if (error instanceof VaultError) throw new StartFailure('environment', error.message, { cause: error });
  throw error;
}
