/** Keeps the mode of a cut-over in the store, so that a restart does not end it, and ends it when its time is over. */
import type { CutOverControl } from '../admin/strangers/cut-over-control.ts';
import type { Events, RelayEvent } from '../observe/events.ts';
import type { Clock } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';
import type { CutOver } from '../policy/cut-over.ts';
import { dangerOf, readNetworks } from '../policy/cut-over.ts';
import type { Store } from '../store/store.ts';
import type { CutOverDeferred } from './cut-over-counts.ts';
import { CutOverCounts } from './cut-over-counts.ts';

const documentName = 'cut-over';

interface Kept {
  readonly networks: readonly string[];
  readonly since: number;
  readonly until: number;
  readonly by: string;
  readonly note?: string;
}

export class CutOverKeeper implements CutOverControl {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #events: Events;
  #mode: CutOver | undefined;
  #cancel: () => void = () => {};
  readonly #counts = new CutOverCounts();

  private constructor(store: Store, clock: Clock, events: Events) {
    this.#store = store;
    this.#clock = clock;
    this.#events = events;
  }

  static async open(store: Store, clock: Clock, events: Events): Promise<CutOverKeeper> {
    const keeper = new CutOverKeeper(store, clock, events);
    const text = await store.document(documentName);
    const kept = text === undefined || text === '' ? undefined : (JSON.parse(text) as Kept);
    const read = kept && readNetworks(kept.networks);
    if (kept && read?.kind === 'ok' && kept.until > clock.now()) {
      const { networks, by, note } = kept;
      const ranges = read.ranges;
      keeper.#use({
        networks,
        ranges,
        by,
        since: instant(kept.since),
        until: instant(kept.until),
        ...(note !== undefined && { note }),
      });
    }
    return keeper;
  }

  /** `undefined` also from the moment of its end on. */
  get current(): CutOver | undefined {
    const mode = this.#mode;
    return mode && this.#clock.now() < mode.until ? mode : undefined;
  }

  /** Since it was switched on, or since the start of the relay where that is later. */
  get deferred(): CutOverDeferred {
    return this.#counts.current;
  }

  note(event: RelayEvent): void {
    this.#counts.note(event);
  }

  async start(mode: CutOver): Promise<void> {
    const { ranges: _, ...kept } = mode;
    await this.#store.putDocument(documentName, JSON.stringify(kept satisfies Kept));
    this.#counts.clear();
    this.#use(mode);
  }

  async stop(): Promise<boolean> {
    const wasActive = this.current !== undefined;
    await this.#store.putDocument(documentName, '');
    this.#end();
    return wasActive;
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #use(mode: CutOver): void {
    this.#cancel();
    this.#mode = mode;
    this.#events.emit({ kind: 'danger', text: dangerOf(mode) });
    this.#endAt(mode);
  }

  #endAt(mode: CutOver): void {
    this.#cancel = this.#clock.after(Math.max(0, mode.until - this.#clock.now()), () => {
      if (this.#mode !== mode) return;
      // The time of day was set back meanwhile.
      if (this.#clock.now() < mode.until) this.#endAt(mode);
      else this.#end();
    });
  }

  #end(): void {
    this.#cancel();
    if (this.#mode === undefined) return;
    this.#mode = undefined;
    this.#events.emit({
      kind: 'warning',
      text: 'the cut-over mode is over: unknown senders are refused again',
    });
  }
}
