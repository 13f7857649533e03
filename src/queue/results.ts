/** Writes what came of work, and gives it back. */
import type { Accepted, Lease, Progress } from '../message/message.ts';
import { nextDue } from '../message/message.ts';
import type { NewMessage, Store, StoredMessage } from '../store/store.ts';
import type { Arrivals } from './arrivals.ts';
import type { Holdings } from './holdings.ts';
import type { QueueEvent, WorkItem } from './queue.ts';
import { Regained } from './regained.ts';
import type { StoredWork } from './stored-work.ts';
import type { Result, Writes } from './writes.ts';

export interface ResultsOptions {
  readonly store: Store;
  /** `node/process`. */
  readonly owner: string;
  readonly writes: Writes;
  readonly holdings: Holdings;
  readonly stored: StoredWork;
  readonly arrivals: Arrivals;
  readonly onEvent: (event: QueueEvent) => void;
}

/** What is known of a message that is no longer with us. */
interface GivenBack {
  readonly accepted: Pick<Accepted, 'id'>;
  readonly progress: Progress;
}

export class Results {
  readonly #options: ResultsOptions;
  readonly #regained: Regained;

  constructor(options: ResultsOptions) {
    this.#options = options;
    this.#regained = new Regained(options);
  }

  /** Resolves with the new version; `undefined` when another owner has the message by now. */
  async write(
    { message }: WorkItem,
    progress: Progress,
    lease: Lease | null,
    notices: readonly NewMessage[],
  ): Promise<number | undefined> {
    const { id } = message.accepted;
    const holds = notices.map((notice) => this.#options.arrivals.reserve(notice));
    const letGo = (): void => {
      for (const hold of holds) this.#options.holdings.letGo(hold);
    };
    try {
      const version = await this.#result(message, { progress, lease, adds: notices });
      if (version === undefined) {
        letGo();
        this.#options.onEvent({ kind: 'lease-lost', id });
      } else {
        notices.forEach((notice, index) => this.#options.arrivals.welcome(notice, holds[index]));
      }
      return version;
    } catch (error) {
      letGo();
      throw error;
    }
  }

  /** A conflict with a claim of our own, made after our lease had lapsed, is none. */
  async #result(
    { accepted: { id }, version, progress: before }: StoredMessage,
    result: Pick<Result, 'progress' | 'lease' | 'adds'>,
  ): Promise<number | undefined> {
    const { writes, holdings } = this.#options;
    let tried = version;
    const known = (): number => (tried = holdings.get(id)?.version ?? version);
    for (;;) {
      const written = await writes.result({ ...result, id, version: known });
      if (written !== undefined) return written;
      const regained = await writes.repeated(() => this.#regained.version(id, before), id);
      const holding = holdings.get(id);
      if (regained === undefined || regained === tried || holding === undefined) return undefined;
      holding.version = regained;
    }
  }

  /** What was given back at `version` is due at its time; a claim of ours that met it before we let it go is given back too. */
  letGo({ accepted: { id }, progress }: GivenBack, version: number): void {
    const claimedAt = this.#options.holdings.get(id)?.version ?? version;
    if (claimedAt > version) this.giveBack({ accepted: { id }, progress }, claimedAt);
    else this.#options.stored.noteDue(nextDue(progress));
  }

  giveBack({ accepted: { id }, progress }: GivenBack, version: number): void {
    let at = version;
    this.#options.writes.inBackground(
      async () => {
        const { kind } = await this.#options.store.change({ id, version: at, progress, lease: null });
        if (kind === 'changed') return;
        const regained = await this.#regained.version(id, progress);
        // Handed out again meanwhile, or worked on elsewhere: whoever has it gives it back.
        if (regained === undefined || regained === at || this.#options.holdings.get(id) !== undefined) return;
        at = regained;
        await this.#options.store.change({ id, version: at, progress, lease: null });
      },
      () => this.#options.stored.noteDue(nextDue(progress)),
    );
  }
}
