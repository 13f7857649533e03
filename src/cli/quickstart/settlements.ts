/** Which messages the relay is done with, by their reference; told by its events. */
import type { RelayEvent } from '../../observe/events.ts';

export type Settled = Extract<RelayEvent, { kind: 'settled' }>['result'];

export class Settlements {
  readonly #results = new Map<string, Settled>();
  readonly #waiting = new Map<string, (result: Settled) => void>();

  readonly see = (event: RelayEvent): void => {
    if (event.kind !== 'settled') return;
    this.#results.set(event.id, event.result);
    this.#waiting.get(event.id)?.(event.result);
    this.#waiting.delete(event.id);
  };

  /** Resolves when the message has come to its end; rejects with the reason of `signal`. */
  of(reference: string, signal: AbortSignal): Promise<Settled> {
    const there = this.#results.get(reference);
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#waiting.delete(reference);
        reject(signal.reason);
      };
      if (signal.aborted) {
        stop();
        return;
      }
      signal.addEventListener('abort', stop, { once: true });
      this.#waiting.set(reference, (result) => {
        signal.removeEventListener('abort', stop);
        resolve(result);
      });
    });
  }
}
