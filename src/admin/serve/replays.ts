/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a creating call that is sent again, because its answer
 * was lost, gets that answer and creates nothing. Kept 24 hours, the newest 500, sealed: an answer may show a new token.
 */
import { createHash } from 'node:crypto';
import { Table } from '../../accounts/table.ts';
import type { Vault } from '../../config/vault.ts';
import type { Clock, Instant, Milliseconds } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';
import { Problem } from '../problem.ts';

const keptMs: Milliseconds = 86_400_000;
const keptMax = 500;
const answerBytesMax = 64 * 1024;
const keyForm = /^[\x21-\x7e]{1,200}$/;

interface Kept {
  readonly at: Instant;
  /** Hash of method, address and body. */
  readonly request: string;
  readonly sealed: string;
}

export interface Replayable {
  readonly status: number;
  readonly answer: unknown;
}

export class Replays {
  readonly #table: Table<Kept>;
  readonly #vault: Vault;
  readonly #clock: Clock;
  readonly #underWay = new Set<string>();

  private constructor(table: Table<Kept>, vault: Vault, clock: Clock) {
    this.#table = table;
    this.#vault = vault;
    this.#clock = clock;
  }

  static async open(store: Pick<Store, 'records'>, vault: Vault, clock: Clock): Promise<Replays> {
    return new Replays(await Table.open<Kept>(store, 'replay'), vault, clock);
  }

  /** Does `work`, or gives what it came to when the same caller sent the same request under the same key. */
  async once(
    given: { readonly caller: string; readonly key: string | undefined; readonly request: unknown },
    work: () => Promise<Replayable>,
  ): Promise<Replayable & { readonly isReplay?: true }> {
    if (given.key === undefined) return work();
    if (!keyForm.test(given.key)) {
      throw new Problem(400, 'The Idempotency-Key does not fit', '1 to 200 visible ASCII characters');
    }
    const key = hash([given.caller, given.key]);
    const request = hash(given.request);
    const kept = this.#table.get(key);
    if (kept && this.#clock.now() - kept.at < keptMs) return this.#again(kept, request);
    if (this.#underWay.has(key)) {
      throw new Problem(409, 'Under way', 'a request with this Idempotency-Key is being worked on');
    }
    this.#underWay.add(key);
    try {
      const done = await work();
      await this.#keep(key, request, done);
      return done;
    } finally {
      this.#underWay.delete(key);
    }
  }

  #again(kept: Kept, request: string): Replayable & { readonly isReplay: true } {
    if (kept.request !== request) {
      throw new Problem(422, 'Another request', 'this Idempotency-Key was used for a different request');
    }
    return { ...(JSON.parse(this.#vault.open(kept.sealed)) as Replayable), isReplay: true };
  }

  /** Only success is kept: after a refusal the same key may try again. */
  async #keep(key: string, request: string, done: Replayable): Promise<void> {
    const text = JSON.stringify(done);
    if (Buffer.byteLength(text) > answerBytesMax) return;
    await this.#clear();
    const kept: Kept = { at: this.#clock.now(), request, sealed: this.#vault.seal(text) };
    await this.#table.change(key, () => kept);
  }

  async #clear(): Promise<void> {
    const oldestFirst = this.#table.entries().toSorted(([, a], [, b]) => a.at - b.at);
    const over = oldestFirst.length - keptMax + 1;
    for (const [index, [key, { at }]] of oldestFirst.entries()) {
      if (index >= over && this.#clock.now() - at < keptMs) return;
      await this.#table.change(key, () => undefined);
    }
  }
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
