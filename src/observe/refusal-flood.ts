/**
 * How many refusals are written one by one. Whoever reaches a listener causes refusals as fast as he can send, and each
 * is a log line and a record: without a bound the log fills the disk and pushes the refusals that matter out of the
 * store. The first of an address in a minute are written; the rest are counted and told of in one summary.
 *
 * A decision without effects: the moment is passed in, and the summaries are fetched by the caller.
 */
import { networkOf } from './network-of.ts';
import type { Instant, Milliseconds } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { RelayEvent } from './events.ts';

/** The events that a stranger causes at will. */
export type RefusalEvent = Extract<
  RelayEvent,
  { readonly kind: 'refused' | 'login-failed' | 'session-refused' }
>;
export type SuppressedEvent = Extract<RelayEvent, { readonly kind: 'refusals-suppressed' }>;

export interface FloodBounds {
  readonly windowMs: Milliseconds;
  /** Written in a window for each kind of event, address (IPv6: /64) and source. */
  readonly perAddressMax: number;
  /** Written in a window for all addresses together; strangers and known sources have one each. */
  readonly overallMax: number;
  /** Addresses told apart; beyond it the oldest is forgotten, and its summary told. */
  readonly addressesMax: number;
}

export const floodBounds: FloodBounds = {
  windowMs: 60_000,
  perAddressMax: 30,
  overallMax: 3_000,
  addressesMax: 10_000,
};

type Scope = Pick<SuppressedEvent, 'scope' | 'of' | 'address' | 'source'>;

interface Window {
  readonly scope: Scope;
  readonly since: Instant;
  written: number;
  suppressed: number;
  rule: string;
}

export class RefusalFlood {
  readonly #bounds: FloodBounds;
  // In the order of `since`, because a window is never put back: what has ended stands first.
  readonly #windows = new Map<string, Window>();
  readonly #overall = new Map<'strangers' | 'sources', Window>();
  #told: SuppressedEvent[] = [];

  constructor(bounds: FloodBounds = floodBounds) {
    this.#bounds = bounds;
  }

  /** Addresses told apart now. */
  get size(): number {
    return this.#windows.size;
  }

  /** Whether this one is written; counted either way. */
  admits(event: RefusalEvent, now: Instant): boolean {
    this.#endWindows(now);
    const source = event.kind === 'refused' ? event.source : undefined;
    const address = networkOf(event.address);
    const key = `${event.kind} ${address} ${source ?? ''}`;
    const window = this.#windows.get(key);
    if (window && window.written >= this.#bounds.perAddressMax) return suppress(window, event);
    const overall = this.#overallOf(source === undefined ? 'strangers' : 'sources', now);
    // No window is made for it: a flood from many addresses shall not push out those that are counted.
    if (overall.written >= this.#bounds.overallMax) return suppress(overall, event);
    overall.written += 1;
    if (window) window.written += 1;
    else this.#open(key, { scope: 'address', of: event.kind, address, ...(source && { source }) }, now);
    return true;
  }

  /** Summaries of what ended by `now`; each is given once. */
  summaries(now: Instant): readonly SuppressedEvent[] {
    this.#endWindows(now);
    const told = this.#told;
    if (told.length > 0) this.#told = [];
    return told;
  }

  /** Ends everything: the summaries of what is still being counted. */
  lastSummaries(): readonly SuppressedEvent[] {
    for (const window of [...this.#windows.values(), ...this.#overall.values()]) this.#tell(window);
    this.#windows.clear();
    this.#overall.clear();
    const told = this.#told;
    this.#told = [];
    return told;
  }

  /** When the next summary is due; `undefined` while nothing is suppressed. */
  get nextSummaryAt(): Instant | undefined {
    const counting = [...this.#windows.values(), ...this.#overall.values()].filter(
      ({ suppressed }) => suppressed > 0,
    );
    if (counting.length === 0) return undefined;
    const first = counting.reduce((least, window) => (window.since < least.since ? window : least));
    return plus(first.since, this.#bounds.windowMs);
  }

  #open(key: string, scope: Scope, now: Instant): void {
    this.#windows.set(key, { scope, since: now, written: 1, suppressed: 0, rule: '' });
    if (this.#windows.size <= this.#bounds.addressesMax) return;
    for (const [oldest, window] of this.#windows) {
      this.#windows.delete(oldest);
      this.#tell(window);
      return;
    }
  }

  #overallOf(scope: 'strangers' | 'sources', now: Instant): Window {
    let window = this.#overall.get(scope);
    if (!window) {
      window = { scope: { scope }, since: now, written: 0, suppressed: 0, rule: '' };
      this.#overall.set(scope, window);
    }
    return window;
  }

  #endWindows(now: Instant): void {
    for (const windows of [this.#windows, this.#overall] as Map<string, Window>[]) {
      for (const [key, window] of windows) {
        const age = now - window.since;
        // A clock that was set back must not make a window last for hours.
        if (age >= 0 && age < this.#bounds.windowMs) {
          if (windows === this.#windows) break;
          continue;
        }
        windows.delete(key);
        this.#tell(window);
      }
    }
  }

  #tell({ scope, since, suppressed, rule }: Window): void {
    if (suppressed > 0) {
      this.#told.push({ kind: 'refusals-suppressed', ...scope, count: suppressed, rule, since });
    }
  }
}

function suppress(window: Window, event: RefusalEvent): false {
  window.suppressed += 1;
  window.rule = event.rule;
  return false;
}
