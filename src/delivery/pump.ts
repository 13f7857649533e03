/**
 * The loop: performs the scheduler's decisions, run at the end of the turn in which something changed (new work, an attempt
 * that ended, a time that came, another policy). It never waits itself, so nothing one connector does holds up another.
 */
import type { CancelTimer, Clock, Instant } from '../platform/clock.ts';
import type { Attempts } from './attempts.ts';
import type { Connectors } from './connectors.ts';
import type { Part } from './part.ts';
import type { Placement } from './placement.ts';
import type { Start } from './schedule.ts';
import { schedule } from './schedule.ts';
import type { Settler } from './settler.ts';
import type { Supply } from './supply.ts';

export interface PumpOptions {
  readonly clock: Clock;
  readonly connectors: Connectors;
  readonly placement: Placement;
  readonly attempts: Attempts;
  readonly settler: Settler;
  readonly supply: Supply;
  /** Asked when its turn has come. */
  readonly mayRun: () => boolean;
}

/**
 * Results that wait for the store. A place is given back before its result is stable, so that a connection does not wait
 * for the disk: one commit writes the results of many. Some 10 000 messages a second with a commit of 25 ms come to this many.
 */
const unsettledMax = 256;

export class Pump {
  readonly #options: PumpOptions;
  #isScheduled = false;
  #wake: { readonly at: Instant; readonly cancel: CancelTimer } | undefined;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  /** At the end of this turn, once. */
  soon(): void {
    if (this.#isScheduled || !this.#options.mayRun()) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      if (this.#options.mayRun()) this.#run();
    });
  }

  stop(): void {
    this.#wake?.cancel();
  }

  #run(): void {
    const { clock, connectors, settler, supply } = this.#options;
    supply.refill();
    // While the store does not take results, more attempts would only add to what a crash makes the relay send twice.
    if (settler.pending >= unsettledMax) return;
    for (;;) {
      const now = clock.now();
      const decision = schedule(connectors.views(now));
      if (decision.kind === 'attempt') this.#begin(decision.starts, now);
      if (decision.held) this.#putBack(decision.held);
      else if (decision.kind !== 'attempt') {
        this.#sleepUntil(decision.kind === 'sleep' ? decision.until : undefined);
        return;
      }
    }
  }

  #begin(starts: readonly Start<Part>[], now: Instant): void {
    const { connectors, attempts } = this.#options;
    for (const { connector, ring, pick } of starts) {
      const runtime = connectors.used(connector);
      // A connector of the same mailbox may have begun what was the last of this minute; the next decision knows.
      if (!runtime || !pick.works.every((part) => runtime.mayBegin(part, now))) continue;
      runtime.waiting.apply(ring, pick);
      for (const part of pick.works) attempts.begin(part, runtime, now);
    }
  }

  /** Takes out of the waiting lists what has no room for hours, or whose sender waits. */
  #putBack(parts: readonly Part[]): void {
    const { connectors, placement, settler } = this.#options;
    for (const part of parts) {
      if (!connectors.used(part.connector)?.waiting.remove(part)) continue;
      part.item.parts.delete(part);
      placement.place(part.item, part.recipients);
      settler.flush(part.item);
    }
  }

  #sleepUntil(at: Instant | undefined): void {
    if (this.#wake?.at === at) return;
    this.#wake?.cancel();
    this.#wake = undefined;
    if (at === undefined) return;
    const { clock } = this.#options;
    const cancel = clock.after(at - clock.now(), () => {
      this.#wake = undefined;
      this.soon();
    });
    this.#wake = { at, cancel };
  }
}
