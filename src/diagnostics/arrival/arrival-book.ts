/** What Exchange or a returned message told about a message of ours, kept beside it for as long as its trace is. */
import type { QueueId } from '../../message/message.ts';
import type { Clock, Instant } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';
import type { Arrival, ArrivalVerdict } from './join.ts';

/** The last word about one recipient. */
export interface KeptArrival {
  readonly recipient: string;
  readonly verdict: Exclude<ArrivalVerdict, 'not-handed-over'>;
  readonly text: string;
  /** When it was told here. */
  readonly at: Instant;
  readonly exchangeStatus?: string;
  readonly exchangeAt?: Instant;
  readonly returned?: { readonly status?: string; readonly diagnostic?: string };
}

const kind = 'arrival';
/** Messages in one write. */
const batchMax = 200;
const pageMax = 1_000;

export class ArrivalBook {
  readonly #store: Pick<Store, 'records' | 'get'>;
  readonly #clock: Clock;

  constructor(store: Pick<Store, 'records' | 'get'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** In the order of the recipients' addresses; empty: nothing was ever told. */
  async of(id: QueueId): Promise<readonly KeptArrival[]> {
    const record = await this.#store.records.get(kind, id);
    return record === undefined ? [] : (JSON.parse(record.text) as KeptArrival[]);
  }

  /** What is not handed over is left out: our own state says it better. */
  async put(arrivals: readonly Arrival[]): Promise<void> {
    await this.#forget();
    const byMessage = Map.groupBy(arrivals, ({ id }) => id);
    const messages = [...byMessage];
    for (let at = 0; at < messages.length; at += batchMax) {
      const changes = await Promise.all(
        messages.slice(at, at + batchMax).map(async ([id, told]) => {
          const next = merged(await this.of(id as QueueId), told, this.#clock.now());
          return { kind, key: id, text: next.length === 0 ? null : JSON.stringify(next) };
        }),
      );
      await this.#store.records.write(changes);
    }
  }

  /** Ids ascend in time, and so do traces end. */
  async #forget(): Promise<void> {
    for (;;) {
      const oldest = await this.#store.records.list({ kind, limit: pageMax });
      const gone: string[] = [];
      for (const { key } of oldest) {
        if ((await this.#store.get(key as QueueId)) !== undefined) break;
        gone.push(key);
      }
      if (gone.length === 0) return;
      await this.#store.records.write(gone.map((key) => ({ kind, key, text: null })));
    }
  }
}

function merged(kept: readonly KeptArrival[], told: readonly Arrival[], at: Instant): readonly KeptArrival[] {
  const byRecipient = new Map(kept.map((one) => [one.recipient, one]));
  for (const { recipient, verdict, text, exchangeStatus, exchangeAt, returned } of told) {
    if (verdict === 'not-handed-over') continue;
    // That one export does not have it takes nothing back of what another one has, or of what came back.
    if (verdict === 'not-seen' && byRecipient.has(recipient)) continue;
    if (verdict !== 'returned' && byRecipient.get(recipient)?.verdict === 'returned') continue;
    byRecipient.set(recipient, {
      recipient,
      verdict,
      text,
      at,
      ...(exchangeStatus !== undefined && { exchangeStatus }),
      ...(exchangeAt !== undefined && { exchangeAt }),
      ...(returned !== undefined && { returned }),
    });
  }
  return [...byRecipient.values()].toSorted((a, b) => (a.recipient < b.recipient ? -1 : 1));
}
