/**
 * Server-sent events (WHATWG HTML 9.2): one event of the handler at a time, a comment as heartbeat, and an end when the
 * reader is too slow, is gone, or may not listen any longer.
 */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { StreamEvent } from '../../../contract/routes.ts';
import type { Clock, Milliseconds } from '../../platform/clock.ts';
import { Problem } from '../problem.ts';

const heartbeatMs: Milliseconds = 15_000;
/** A reader that takes nothing for so long is dropped; its browser connects again and says where it was. */
const slowMs: Milliseconds = 30_000;
const streamsMax = 100;
/** Of one account or token: some windows of a few browsers, and never all there are. */
const streamsOfOneMax = 20;

export class EventStreams {
  readonly #clock: Clock;
  /** Streams that are open, by account or token. */
  readonly #open = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the response, and never rejects. `assertRoom` comes first. */
  async serve(
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
    stream: {
      /** Account or token that listens. */
      readonly listener: string;
      readonly events: AsyncIterable<unknown>;
      readonly controller: AbortController;
      /** Asked at each heartbeat. */
      readonly mayListen: () => Promise<boolean>;
      readonly onFault: (error: unknown) => void;
    },
  ): Promise<void> {
    this.#count(stream.listener, 1);
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.once('close', () => stream.controller.abort());
    const cancelBeat = this.#beat(response, stream);
    try {
      // Says at once that the stream stands, also where no event comes for a while.
      response.write(': relay365\n\n');
      for await (const event of untilAborted(stream.events, stream.controller.signal)) {
        if (
          !response.write(formatEvent(event)) &&
          !(await this.#drained(response, stream.controller.signal))
        ) {
          response.destroy();
          break;
        }
      }
    } catch (error) {
      stream.onFault(error);
    } finally {
      cancelBeat();
      stream.controller.abort();
      this.#count(stream.listener, -1);
      response.end();
    }
  }

  /** Throws 429 where too many are open, of this listener or in all. */
  assertRoom(listener: string): void {
    const all = Array.from(this.#open.values()).reduce((sum, count) => sum + count, 0);
    const isFull = all >= streamsMax;
    if (!isFull && (this.#open.get(listener) ?? 0) < streamsOfOneMax) return;
    const text = isFull
      ? `${streamsMax} are open, which is the most there can be`
      : `${streamsOfOneMax} of ${listener} are open, which is the most one may have`;
    throw new Problem(429, 'Too many streams', text, undefined, { headers: { 'retry-after': '5' } });
  }

  #count(listener: string, change: 1 | -1): void {
    const count = (this.#open.get(listener) ?? 0) + change;
    if (count === 0) this.#open.delete(listener);
    else this.#open.set(listener, count);
  }

  #beat(
    response: ServerResponse,
    stream: { readonly controller: AbortController; readonly mayListen: () => Promise<boolean> },
  ): () => void {
    let cancel = (): void => undefined;
    const arm = (): void => {
      cancel = this.#clock.after(heartbeatMs, () => {
        stream.mayListen().then(
          (may) => {
            if (!may) stream.controller.abort();
            else if (!stream.controller.signal.aborted) {
              response.write(': still here\n\n');
              arm();
            }
          },
          () => stream.controller.abort(),
        );
      });
    };
    arm();
    return () => cancel();
  }

  /** False: the reader took nothing for too long. */
  async #drained(response: ServerResponse, signal: AbortSignal): Promise<boolean> {
    const late = new AbortController();
    const cancel = this.#clock.after(slowMs, () => late.abort());
    try {
      await once(response, 'drain', { signal: AbortSignal.any([signal, late.signal]) });
      return true;
    } catch {
      return false;
    } finally {
      cancel();
    }
  }
}

/** JSON has no line ends, so one `data` line holds any value. */
export function formatEvent(event: unknown): string {
  if (!(event instanceof StreamEvent)) return `data: ${JSON.stringify(event)}\n\n`;
  return `id: ${event.id.replaceAll(/[\r\n\0]/g, ' ')}\ndata: ${JSON.stringify(event.data)}\n\n`;
}

async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const iterator = items[Symbol.asyncIterator]();
  const aborted = new Promise<{ done: true; value: undefined }>((resolve) => {
    const end = (): void => resolve({ done: true, value: undefined });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a generator that waits for its next event answers only then; it sees the signal by itself.
    void iterator.return?.()?.catch(() => undefined);
  }
}
