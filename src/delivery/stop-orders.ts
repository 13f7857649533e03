/** What operators stop and start again: in force at once, on record when the answer resolves, and ended when its time is over. */
import type { Clock, Instant } from '../platform/clock.ts';
import type { ConnectorRuntime } from './connector-runtime.ts';
import type { Connectors } from './connectors.ts';
import { StopEndings } from './stop-endings.ts';
import type { StoppedKeeper } from './stopped-keeper.ts';

export interface StopOrdersOptions {
  readonly clock: Clock;
  readonly connectors: Connectors;
  readonly keeper: StoppedKeeper;
  /** What waits for it is to be routed anew. */
  readonly onStop: (runtime: ConnectorRuntime) => void;
  /** What waited for it may go; `by` is for the trace. */
  readonly onResume: (by: string) => void;
}

/** The first three are those of `Delivery`. */
export class StopOrders {
  readonly #of: StopOrdersOptions;
  readonly #endings: StopEndings;

  constructor(of: StopOrdersOptions) {
    this.#of = of;
    this.#endings = new StopEndings(of.clock, (name) => {
      const stop = of.connectors.stopped.get(name);
      if (stop?.until !== undefined && stop.until <= of.clock.now()) void this.resume(name);
    });
  }

  async suspend(connector: string, reason: string, until?: Instant): Promise<boolean> {
    const runtime = this.#of.connectors.get(connector);
    if (!runtime) return false;
    this.#of.connectors.stop(runtime, reason, this.#of.clock.now(), until);
    this.#endings.watch(connector, until);
    this.#of.onStop(runtime);
    await this.#of.keeper.keep();
    return true;
  }

  async resume(connector: string): Promise<boolean> {
    const runtime = this.#of.connectors.get(connector);
    if (!runtime) return false;
    this.#of.connectors.stop(runtime, undefined, this.#of.clock.now());
    this.#of.onResume(`resumed ${connector}`);
    await this.#of.keeper.keep();
    return true;
  }

  async resumeSender(connector: string, sender: string): Promise<boolean> {
    const runtime = this.#of.connectors.get(connector);
    if (!runtime || !this.#of.connectors.resumeSender(runtime, sender.toLowerCase())) return false;
    this.#of.onResume(`resumed ${sender} at ${connector}`);
    await this.#of.keeper.idle();
    return true;
  }

  /** Of what was read at the start: each ends at its time. */
  watchAll(): void {
    for (const [name, { until }] of this.#of.connectors.stopped) this.#endings.watch(name, until);
  }

  close(): void {
    this.#endings.close();
  }
}
