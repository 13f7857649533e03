/**
 * The queue: life of messages over the store. It hands work out and takes results in; it never calls delivery.
 *
 * A message accepted here is born leased and goes to delivery in memory (`take`), while the sum of kept content
 * stays under a budget; beyond it the message is only stored and claimed later.
 */
import type {
  Accepted,
  AttemptRecord,
  Progress,
  QueueId,
  RecipientState,
  TraceEntry,
} from '../message/message.ts';
import type { Milliseconds } from '../platform/clock.ts';
import type { NewContent, Store, StoredMessage } from '../store/store.ts';

/** A message that this node may work on; the lease is ours until it is given back by `settle` or `release`. */
export interface WorkItem {
  readonly message: StoredMessage;
  /** Content still in memory, counted against the budget until the item is given back. */
  readonly inMemory?: readonly Uint8Array[];
}

/** What one round of work came to: new recipient states in envelope order, and notices to send. */
export interface Settlement {
  readonly recipients: readonly RecipientState[];
  readonly attempts: readonly AttemptRecord[];
  readonly notes?: readonly TraceEntry[];
  /** How many deliveries of this round ended in doubt; added to what is known. */
  readonly inDoubt?: number;
  readonly delayNoticeAt?: Progress['delayNoticeAt'];
  /** Notices queued in the same transaction. */
  readonly notices?: readonly Notice[];
}

/** Who holds a message that is accepted and does not go its way, and why. */
export interface HoldFromBirth {
  readonly by: string;
  readonly reason: string;
}

export interface Notice {
  readonly accepted: Accepted;
  readonly content: readonly Uint8Array[];
}

/** The notices that a change of this very state of the message calls for; asked again where the state has changed meanwhile. */
export type NoticesFor = (message: StoredMessage) => Promise<readonly Notice[]>;

export type OperatorAction =
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'release' }
  | { readonly kind: 'retry' }
  /** The time of day was set back: no wait is longer from now on than it was meant. */
  | { readonly kind: 'clock-set-back' }
  | { readonly kind: 'reroute'; readonly connector: string | undefined }
  /** Without `notices` nobody is told. */
  | { readonly kind: 'delete'; readonly notices?: NoticesFor }
  /** Gives one recipient up; its index in the envelope. */
  | { readonly kind: 'cancel'; readonly recipient: number; readonly notices?: NoticesFor }
  /** Only says something about the message. */
  | { readonly kind: 'note'; readonly text: string; readonly about?: QueueId };

export type OperatorResult =
  | { readonly kind: 'done'; readonly message: StoredMessage; readonly notices: number }
  | { readonly kind: 'not-found' }
  /** Under way, final, or in a state that the action does not fit: in words. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What the queue tells whoever made it; it never throws these upward. */
export type QueueEvent =
  /** Another owner took the message over while we worked on it; our result was not written. */
  | { readonly kind: 'lease-lost'; readonly id: QueueId }
  /** A write failed and is repeated, or given up at the end. */
  | { readonly kind: 'store-failed'; readonly id?: QueueId; readonly error: Error }
  /** The store had kept a message that it reported as failed; it was closed, because its client keeps it. */
  | { readonly kind: 'disowned'; readonly id: QueueId };

export interface Queue extends AsyncDisposable {
  readonly store: Store;
  /** Commits; resolves when stable. Rejects with StoreError, and then nothing is kept. */
  accept(accepted: Accepted, content: NewContent, hold?: HoldFromBirth): Promise<void>;
  /**
   * Next work if there is any now: born here first, then claimed from the store. At most `limit` items.
   * Messages of `skipSources` (`undefined` stands for our own notices) stay where they are, born or stored: delivery has
   * enough of these sources in hand, and what the others sent must not wait behind them.
   */
  take(limit: number, skipSources?: ReadonlySet<string | undefined>): Promise<readonly WorkItem[]>;
  /** Calls back (once a change, coalesced) when `take` may have something. Returns the unsubscribe. */
  onWork(listener: () => void): () => void;
  /**
   * Writes the result, adds the notices and gives the lease back, in one transaction; resolves when it is
   * stable. While the store fails it is repeated, so a caller that waits before it takes more is held back; rejects
   * only when the queue ends meanwhile. States of recipients that are held or final are left as they are.
   */
  settle(item: WorkItem, settlement: Settlement): Promise<void>;
  /**
   * Writes a part of the result and keeps the lease: one connector is done with its recipients while another still
   * works on the rest. Resolves with the item as it now is; the one given must not be used again.
   */
  settlePart(item: WorkItem, settlement: Settlement): Promise<WorkItem>;
  /** Gives work back untouched: our own stop is no attempt. */
  release(item: WorkItem): Promise<void>;
  /**
   * What is under way is refused, but for a caller with patience: then its attempt may end first, for `patienceMs` at most,
   * and the action meets what the attempt left.
   */
  operate(
    id: QueueId,
    action: OperatorAction,
    by: string,
    patienceMs?: Milliseconds,
  ): Promise<OperatorResult>;
  /** Content in memory for messages on their way, in octets. */
  readonly bytesInMemory: number;
}
