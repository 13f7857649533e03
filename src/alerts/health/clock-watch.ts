/** Notices that the time of day was set, and how far it is from that of others. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Clock, Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import type { ClockReading } from './judge.ts';

/** Timers and looks are late by less than this. */
const jumpLeastMs = 2_000;

interface AnsweredRequest {
  readonly request: { readonly origin?: unknown };
  readonly response: { readonly headers: readonly (Buffer | string)[] };
}

const answered = 'undici:request:headers';

export class ClockWatch implements Disposable {
  readonly #clock: Clock;
  #before: { readonly wall: number; readonly steady: number };
  #lastJump: { readonly at: Instant; readonly ms: number } | undefined;
  #skew: ClockReading['skew'];
  readonly #onAnswer = (message: unknown): void => this.#noteAnswer(message as AnsweredRequest);

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#before = this.#now();
    // Every HTTPS answer of this process brings the time of another clock along (RFC 9110 6.6.1).
    subscribe(answered, this.#onAnswer);
  }

  read(): ClockReading {
    const now = this.#now();
    const jumpMs = Math.round(now.wall - this.#before.wall - (now.steady - this.#before.steady));
    this.#before = now;
    if (Math.abs(jumpMs) >= jumpLeastMs) this.#lastJump = { at: instant(now.wall), ms: jumpMs };
    return {
      jumpMs,
      ...(this.#lastJump ? { lastJump: this.#lastJump } : {}),
      ...(this.#skew ? { skew: this.#skew } : {}),
    };
  }

  [Symbol.dispose](): void {
    unsubscribe(answered, this.#onAnswer);
  }

  #now(): { readonly wall: number; readonly steady: number } {
    const wall = this.#clock.now();
    return { wall, steady: this.#clock.monotonic?.() ?? wall };
  }

  #noteAnswer({ request, response }: AnsweredRequest): void {
    const origin = String(request.origin);
    if (!origin.startsWith('https:')) return;
    const { headers } = response;
    const index = headers.findIndex((name, at) => at % 2 === 0 && name.toString().toLowerCase() === 'date');
    const date = index === -1 ? Number.NaN : Date.parse(headers[index + 1]?.toString() ?? '');
    if (Number.isNaN(date)) return;
    const at = this.#clock.now();
    // The header has whole seconds, rounded down: half a second is its mean.
    this.#skew = { ms: date + 500 - at, host: new URL(origin).host, at };
  }
}
