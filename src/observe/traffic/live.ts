/** What happens now, for whoever looks: nothing is gathered while nobody does. */
import type { Clock, Instant } from '../../platform/clock.ts';
import { sleep } from '../../platform/clock.ts';
import type { RelayEvent } from '../events.ts';
import type { Counts } from './counts.ts';
import { countNames, countedOf, noCounts } from './counts.ts';

const shownMax = 20;
const tickMs = 1_000;

export interface LiveMessage {
  readonly at: Instant;
  readonly event: Extract<RelayEvent, { kind: 'accepted' }>;
}

export interface LiveRefusal {
  readonly at: Instant;
  readonly event: Extract<RelayEvent, { kind: 'refused' | 'login-failed' | 'session-refused' }>;
}

export interface LiveMoment {
  readonly at: Instant;
  /** Time that the counts are of. */
  readonly intervalMs: number;
  readonly counts: Counts;
  /** The newest first. */
  readonly messages: readonly LiveMessage[];
  readonly refusals: readonly LiveRefusal[];
}

/** What one view has not been told yet. */
class Watcher {
  counts = noCounts();
  messages: LiveMessage[] = [];
  refusals: LiveRefusal[] = [];

  note(event: RelayEvent, at: Instant): void {
    for (const name of countedOf(event).names) {
      const index = countNames.indexOf(name);
      this.counts[index] = (this.counts[index] ?? 0) + 1;
    }
    if (event.kind === 'accepted') push(this.messages, { at, event });
    else if (event.kind === 'refused' || event.kind === 'login-failed' || event.kind === 'session-refused') {
      push(this.refusals, { at, event });
    }
  }

  take(at: Instant, intervalMs: number): LiveMoment {
    const { counts, messages, refusals } = this;
    this.counts = noCounts();
    this.messages = [];
    this.refusals = [];
    return { at, intervalMs, counts, messages: messages.toReversed(), refusals: refusals.toReversed() };
  }
}

function push<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > shownMax) list.shift();
}

export class Live {
  readonly #clock: Clock;
  readonly #watchers = new Set<Watcher>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  note(event: RelayEvent): void {
    if (this.#watchers.size === 0) return;
    const now = this.#clock.now();
    for (const watcher of this.#watchers) watcher.note(event, now);
  }

  /** A moment at once and then one a second, until whoever iterates stops or the signal is aborted. */
  async *watch(signal: AbortSignal): AsyncGenerator<LiveMoment, void, undefined> {
    const watcher = new Watcher();
    this.#watchers.add(watcher);
    let last = this.#clock.now();
    try {
      yield watcher.take(last, 0);
      for (;;) {
        await sleep(this.#clock, tickMs, signal).catch(() => undefined);
        if (signal.aborted) return;
        const now = this.#clock.now();
        yield watcher.take(now, now - last);
        last = now;
      }
    } finally {
      this.#watchers.delete(watcher);
    }
  }
}
