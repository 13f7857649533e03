/**
 * Backups that the relay makes by itself or when asked: one at a time, listed in the store, the oldest of its own deleted
 * when there are more than `keep`. The newest good one is rehearsed from time to time.
 */
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BackupConfig } from '../config/keeping-schema.ts';
import type { Events } from '../observe/events.ts';
import type { CancelTimer, Clock, Instant } from '../platform/clock.ts';
import { instant, plus } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { BackupPlace } from './create.ts';
import { backupFileName, createBackup } from './create.ts';
import { BackupFault } from './fault.ts';
import type { BackupSecret } from './key.ts';
import { rehearseBackup, verifyBackup } from './read.ts';
import { countOf } from '../platform/words.ts';

const documentName = 'backups';
const lookMs = 300_000;
/** Entries of the list; of those that were deleted nothing is kept. */
const listedMax = 500;

export interface Trial {
  readonly at: Instant;
  readonly ok: boolean;
  readonly text: string;
  readonly messages?: number;
  readonly durationMs: number;
}

export interface KeptBackup {
  readonly name: string;
  readonly path: string;
  readonly at: Instant;
  readonly bytes: number;
  readonly by: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly messages?: number;
  readonly inWork?: number;
  readonly contents?: number;
  readonly durationMs: number;
  readonly verified?: Trial;
  readonly rehearsed?: Trial;
}

export interface BackupKeeperOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: Events;
  readonly place: BackupPlace;
  /** Absent: backups are not configured. */
  readonly config: BackupConfig | undefined;
  /** Reads the key or the passphrase. Throws BackupFault. */
  readonly secret: () => Promise<BackupSecret>;
}

const schedule = 'schedule';

export class BackupKeeper implements AsyncDisposable {
  readonly #options: BackupKeeperOptions;
  #list: readonly KeptBackup[];
  #turn: Promise<unknown> = Promise.resolve();
  #running = 0;
  #cancel: CancelTimer;
  #isClosed = false;

  private constructor(options: BackupKeeperOptions, list: readonly KeptBackup[]) {
    this.#options = options;
    this.#list = list;
    this.#cancel = options.clock.after(lookMs, () => void this.#repeat());
  }

  static async open(options: BackupKeeperOptions): Promise<BackupKeeper> {
    const text = await options.store.document(documentName);
    return new BackupKeeper(options, text === undefined ? [] : (JSON.parse(text) as KeptBackup[]));
  }

  get config(): BackupConfig | undefined {
    return this.#options.config;
  }

  /** Why none can be made here; `undefined`: one can. */
  get reason(): string | undefined {
    const { store, config } = this.#options;
    if (!store.snapshot) return 'the store is in memory, so there is nothing on disk to back up';
    if (config) return undefined;
    return 'relay365.yaml has no "backup": write where backups go ("to") and their "key" or "passphrase"';
  }

  get isRunning(): boolean {
    return this.#running > 0;
  }

  /** The newest first. */
  list(): readonly KeptBackup[] {
    return this.#list.toReversed();
  }

  get nextAt(): Instant | undefined {
    const { config } = this.#options;
    if (!config || this.reason !== undefined) return undefined;
    const last = this.#list.findLast(({ by, ok }) => by === schedule && ok);
    return last ? plus(last.at, config.every) : this.#options.clock.now();
  }

  /** Throws BackupFault. `to`: a directory, or a file that does not exist yet; absent: as configured. */
  create(by: string, to?: string): Promise<KeptBackup> {
    return this.#after(() => this.#create(by, to));
  }

  verify(name: string): Promise<KeptBackup> {
    return this.#after(() => this.#try(name, 'verified', verifyBackup));
  }

  rehearse(name: string): Promise<KeptBackup> {
    const { data } = this.#options.place;
    return this.#after(() =>
      this.#try(name, 'rehearsed', (path, secret) => rehearseBackup(path, secret, data)),
    );
  }

  /** What is due now: a backup, then a rehearsal. */
  async look(): Promise<void> {
    const { clock, config, events } = this.#options;
    const { nextAt } = this;
    if (!config || nextAt === undefined) return;
    try {
      if (nextAt <= clock.now()) await this.create(schedule);
      const newest = this.#list.findLast(({ ok }) => ok);
      const last = Math.max(0, ...this.#list.map(({ rehearsed }) => rehearsed?.at ?? 0));
      if (newest && plus(instant(last), config.rehearse) <= clock.now()) await this.rehearse(newest.name);
    } catch (error) {
      // Told by the event already.
      if (error instanceof BackupFault) return;
      events.emit({ kind: 'backup-failed', text: (error as Error).message, by: schedule });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#turn;
  }

  async #repeat(): Promise<void> {
    await this.look();
    if (!this.#isClosed) this.#cancel = this.#options.clock.after(lookMs, () => void this.#repeat());
  }

  #after<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1;
    const done = this.#turn.then(work).finally(() => {
      this.#running -= 1;
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #create(by: string, to: string | undefined): Promise<KeptBackup> {
    const { store, clock, place, events, config } = this.#options;
    const at = clock.now();
    const path = await this.#pathFor(to, at);
    const about = { name: basename(path), path, at, by };
    try {
      const secret = await this.#options.secret();
      const { bytes, facts, left } = await createBackup({ store, place, secret, path, at });
      const durationMs = clock.now() - at;
      const { messages, inWork, contents, faults } = facts;
      const detail =
        faults.length === 0
          ? `${countOf(messages, 'message')}, ${inWork} of them in work, read back to the end`
          : `the store itself does not fit together: ${faults.join('; ')}`;
      const missing = left.length === 0 ? '' : `; NOT in it: ${left.slice(0, 20).join(', ')}`;
      const made = {
        ...about,
        bytes,
        ok: true,
        detail: detail + missing,
        messages,
        inWork,
        contents,
        durationMs,
      };
      await this.#write([...this.#list.filter((one) => one.name !== made.name), made]);
      events.emit({ kind: 'backup-made', name: made.name, bytes, messages, inWork, durationMs, by });
      if (config) await this.#deleteOld(config.keep);
      return made;
    } catch (error) {
      const text = (error as Error).message;
      events.emit({ kind: 'backup-failed', text, by });
      await this.#write([
        ...this.#list,
        { ...about, bytes: 0, ok: false, detail: text, durationMs: clock.now() - at },
      ]);
      throw error instanceof BackupFault ? error : new BackupFault(text, { cause: error });
    }
  }

  async #pathFor(to: string | undefined, at: Instant): Promise<string> {
    const { config, place } = this.#options;
    const name = backupFileName(place.hostname, at);
    if (to !== undefined) {
      const isDirectory = await stat(to).then(
        (found) => found.isDirectory(),
        () => to.endsWith('/'),
      );
      return isDirectory ? join(to, name) : to;
    }
    if (!config) throw new BackupFault(this.reason ?? 'backups are not configured');
    await mkdir(config.to, { recursive: true, mode: 0o700 });
    return join(config.to, name);
  }

  async #try(
    name: string,
    field: 'verified' | 'rehearsed',
    work: (path: string, secret: BackupSecret) => ReturnType<typeof verifyBackup>,
  ): Promise<KeptBackup> {
    const { clock, events } = this.#options;
    const entry = this.#list.find((one) => one.name === name && one.ok);
    if (!entry) throw new BackupFault(`there is no good backup ${name} in the list`);
    const at = clock.now();
    const trial = await this.#options
      .secret()
      .then((secret) => work(entry.path, secret))
      .then(
        ({ manifest, files }): Omit<Trial, 'at' | 'durationMs'> => ({
          ok: true,
          text: `${countOf(manifest.facts.messages, 'message')} and ${countOf(files, 'file')} are as they were`,
          messages: manifest.facts.messages,
        }),
        (error: Error) => ({ ok: false, text: error.message }),
      );
    const tried: KeptBackup = { ...entry, [field]: { ...trial, at, durationMs: clock.now() - at } };
    await this.#write(this.#list.map((one) => (one === entry ? tried : one)));
    if (field === 'rehearsed') {
      events.emit({ kind: 'backup-rehearsed', name, ok: trial.ok, text: trial.text });
    }
    return tried;
  }

  /** Only what the schedule made: what a person made, a person deletes. */
  async #deleteOld(keep: number): Promise<void> {
    const own = this.#list.filter(({ by, ok }) => by === schedule && ok);
    const old = new Set(own.slice(0, Math.max(0, own.length - keep)));
    if (old.size === 0) return;
    for (const { path } of old) await rm(path, { force: true });
    await this.#write(this.#list.filter((one) => !old.has(one)));
  }

  async #write(list: readonly KeptBackup[]): Promise<void> {
    const kept = list.slice(-listedMax);
    await this.#options.store.putDocument(documentName, JSON.stringify(kept));
    this.#list = kept;
  }
}
