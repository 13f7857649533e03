/** Unknown senders that somebody decided to ignore: kept until they try something new. Blocked ones are in the policy. */
import type { Clock, Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';

const documentName = 'stranger-decisions';
/** The oldest go first. */
const decisionsMax = 5000;

export interface Ignored {
  readonly at: Instant;
  readonly by: string;
  readonly note?: string;
  /** What it had tried by then; whatever else it tries shows it again. */
  readonly tried: readonly string[];
}

export class DecisionBook {
  readonly #store: Pick<Store, 'putDocument'>;
  readonly #clock: Clock;
  readonly #ignored: Map<string, Ignored>;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(store: Pick<Store, 'putDocument'>, clock: Clock, ignored: Map<string, Ignored>) {
    this.#store = store;
    this.#clock = clock;
    this.#ignored = ignored;
  }

  static async open(store: Pick<Store, 'document' | 'putDocument'>, clock: Clock): Promise<DecisionBook> {
    const text = await store.document(documentName);
    const kept = text === undefined || text === '' ? [] : (JSON.parse(text) as [string, Ignored][]);
    return new DecisionBook(
      store,
      clock,
      new Map(kept.map(([key, one]) => [key, { ...one, at: instant(one.at) }])),
    );
  }

  ignored(address: string): Ignored | undefined {
    return this.#ignored.get(address);
  }

  entries(): readonly (readonly [string, Ignored])[] {
    return [...this.#ignored];
  }

  /** Whether it is to be left out of the list: it is ignored, and tried nothing else since. */
  isIgnored(address: string, tried: readonly string[]): boolean {
    const found = this.#ignored.get(address);
    return found !== undefined && tried.every((one) => found.tried.includes(one));
  }

  async ignore(address: string, decision: Omit<Ignored, 'at'>): Promise<Ignored> {
    const ignored = { at: this.#clock.now(), ...decision };
    this.#ignored.delete(address);
    this.#ignored.set(address, ignored);
    for (const oldest of this.#ignored.keys()) {
      if (this.#ignored.size <= decisionsMax) break;
      this.#ignored.delete(oldest);
    }
    await this.#write();
    return ignored;
  }

  /** False: there was no such decision. */
  async forget(address: string): Promise<boolean> {
    if (!this.#ignored.delete(address)) return false;
    await this.#write();
    return true;
  }

  /** One after the other, each with all that is decided by then. */
  #write(): Promise<void> {
    const work = this.#turn.then(() =>
      this.#store.putDocument(documentName, JSON.stringify([...this.#ignored])),
    );
    this.#turn = work.catch(() => undefined);
    return work;
  }
}

/** What of an attempt counts as "the same again": sender and recipient, without regard to case. */
export function triedKey(sender: string, recipient: string): string {
  return `${sender} ${recipient}`.toLowerCase();
}
