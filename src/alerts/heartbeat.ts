/**
 * The sign of life. It is sent by a timer of the event loop, and only while the watch looks: a hung loop stops the timer,
 * a look that never ends (a store that does not answer) stops the heartbeat, and a process that is gone sends none. Who
 * counts on it alarms when it stays away.
 */
import type { HeartbeatConfig } from '../config/alerts-schema.ts';
import type { CancelTimer, Clock, Instant } from '../platform/clock.ts';
import type { Sent } from './channels/channel.ts';

export interface HeartbeatOptions {
  readonly config: HeartbeatConfig;
  readonly clock: Clock;
  /** End of the last look of the watch. */
  readonly lastLookAt: () => Instant | undefined;
  readonly send: (body: { readonly test: boolean }) => Promise<Sent>;
  readonly onSent: (sent: Sent) => void;
}

/** Looks come every 15 seconds; one that is later than this has not come. */
const lookLateMs = 120_000;
const retryMs = 30_000;

export class Heartbeat implements Disposable {
  readonly #options: HeartbeatOptions;
  #cancel: CancelTimer = () => undefined;
  #isClosed = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#beat();
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#cancel();
  }

  async #beat(): Promise<void> {
    const { clock, config, lastLookAt, send, onSent } = this.#options;
    const last = lastLookAt();
    const isAlive = last !== undefined && clock.now() - last <= lookLateMs;
    let isSent = false;
    if (isAlive) {
      const sent = await send({ test: false });
      onSent(sent);
      isSent = sent.ok;
    }
    if (this.#isClosed) return;
    const next = isSent ? config.every : Math.min(config.every, retryMs);
    this.#cancel = clock.after(next, () => void this.#beat());
  }
}
