/**
 * What is with us: messages that wait in memory or are handed out, the octets they take, and the leases on them, which
 * are renewed while there is any.
 */
import type { CancelTimer, Clock, Milliseconds } from '../platform/clock.ts';
import type { QueueId } from '../message/message.ts';

export interface Holding {
  version: number;
  readonly bytes: number;
}

export interface HoldingsOptions {
  readonly clock: Clock;
  readonly leaseMs: Milliseconds;
  /** Moves the end of our leases; does not reject. */
  readonly renew: () => Promise<void>;
}

export class Holdings {
  readonly #options: HoldingsOptions;
  readonly #held = new Map<QueueId, Holding>();
  readonly #waiters = new Map<QueueId, Set<() => void>>();
  #bytes = 0;
  #cancelRenewal: CancelTimer | undefined;
  #ended = false;

  constructor(options: HoldingsOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(id: QueueId): Holding | undefined {
    return this.#held.get(id);
  }

  /** Counts the octets of a message that is about to be with us: `add` or `letGo` follows. */
  reserve(version: number, bytes: number): Holding {
    this.#bytes += bytes;
    return { version, bytes };
  }

  letGo(reserved: Holding | undefined): void {
    this.#bytes -= reserved?.bytes ?? 0;
  }

  add(id: QueueId, reserved: Holding): void {
    this.#held.set(id, reserved);
    this.#renewLater();
  }

  drop(id: QueueId): void {
    const holding = this.#held.get(id);
    if (holding === undefined) return;
    this.#held.delete(id);
    this.#bytes -= holding.bytes;
    if (this.#held.size === 0) this.#stopRenewal();
    for (const tell of this.#waiters.get(id) ?? []) tell();
  }

  /** Calls once when the message is no longer with us. Returns what takes the wish back. */
  onceDropped(id: QueueId, tell: () => void): () => void {
    const ofMessage = this.#waiters.get(id) ?? new Set();
    this.#waiters.set(id, ofMessage);
    const forget = (): void => {
      ofMessage.delete(told);
      if (ofMessage.size === 0 && this.#waiters.get(id) === ofMessage) this.#waiters.delete(id);
    };
    const told = (): void => {
      forget();
      tell();
    };
    ofMessage.add(told);
    return forget;
  }

  /** Nothing is renewed from now on. */
  end(): void {
    this.#ended = true;
    this.#stopRenewal();
  }

  clear(): void {
    this.#held.clear();
    this.#bytes = 0;
    for (const ofMessage of this.#waiters.values()) for (const tell of ofMessage) tell();
  }

  // A third of the lease: if one renewal fails, two thirds are left for further tries.
  #renewLater(): void {
    this.#cancelRenewal ??= this.#options.clock.after(this.#options.leaseMs / 3, () => {
      this.#cancelRenewal = undefined;
      void this.#options.renew().then(() => {
        if (this.#held.size > 0 && !this.#ended) this.#renewLater();
      });
    });
  }

  #stopRenewal(): void {
    this.#cancelRenewal?.();
    this.#cancelRenewal = undefined;
  }
}
