/** The ways of one connector, itself and each domain behind it, with what is under way there and whether it is suspended. */
import type { Instant } from '../platform/clock.ts';
import type { Circumstances, Evidence, Gate, Suspension } from './suspension.ts';
import { afterAttempt, gateOf, open, probeStarted, stricter } from './suspension.ts';

interface DestinationState {
  active: number;
  suspension: Suspension;
}

/** A suspension that began or ended, for the event. */
export interface Transition {
  readonly destination: string;
  readonly from: Suspension;
  readonly to: Suspension;
}

const noState: DestinationState = Object.freeze({ active: 0, suspension: open });
/** Domains behind an `mx` connector whose suspension ended this long ago without a new attempt are forgotten. */
const forgetAfterMs = 3_600_000;

export class Destinations {
  /** The connector itself is there under its own name. */
  readonly #own: string;
  readonly #byKey = new Map<string, DestinationState>();

  constructor(connector: string) {
    this.#own = connector;
  }

  active(key: string): number {
    return this.#at(key).active;
  }

  gate(key: string, now: Instant): Gate {
    const own = gateOf(this.#at(this.#own).suspension, now);
    return key === this.#own ? own : stricter(own, gateOf(this.#at(key).suspension, now));
  }

  /** An attempt at a way that was suspended is its probe; returns the ways that it probes. */
  begin(key: string): readonly string[] {
    this.#stateOf(key).active++;
    const probes: string[] = [];
    for (const way of new Set([this.#own, key])) {
      const { suspension } = this.#at(way);
      if (suspension.kind !== 'suspended') continue;
      this.#set(way, probeStarted(suspension));
      probes.push(way);
    }
    return probes;
  }

  /** `evidenceFor`: what the attempt says about each of its ways. */
  end(
    key: string,
    evidenceFor: (way: string) => Evidence,
    probes: readonly string[],
    circumstances: Circumstances,
  ): readonly Transition[] {
    this.#stateOf(key).active--;
    const transitions: Transition[] = [];
    for (const way of key === this.#own ? [key] : [this.#own, key]) {
      const from = this.#at(way).suspension;
      const to = afterAttempt(from, evidenceFor(way), probes.includes(way), circumstances);
      if (to !== from) this.#set(way, to);
      if (to.kind !== from.kind) transitions.push({ destination: way, from, to });
    }
    this.#forget(key);
    return transitions;
  }

  /** By an operator; `undefined` ends any suspension. */
  stop(reason: string | undefined, now: Instant): readonly Transition[] {
    const from = this.#at(this.#own).suspension;
    if (reason !== undefined) {
      const to: Suspension = { kind: 'stopped', since: now, reason };
      this.#set(this.#own, to);
      return [{ destination: this.#own, from, to }];
    }
    const ended = Array.from(this.#byKey, ([destination, state]) => ({
      destination,
      from: state.suspension,
      to: open,
    })).filter((transition) => transition.from.kind !== 'open');
    for (const { destination } of ended) this.#set(destination, open);
    return ended;
  }

  suspensions(): readonly { readonly destination: string; readonly suspension: Suspension }[] {
    return Array.from(this.#byKey, ([destination, { suspension }]) => ({ destination, suspension })).filter(
      ({ suspension }) => suspension.kind !== 'open',
    );
  }

  /** Forgets domains that nobody wrote to for long. */
  idle(now: Instant): void {
    for (const [key, { active, suspension }] of this.#byKey) {
      if (active > 0 || suspension.kind !== 'suspended' || key === this.#own) continue;
      if (suspension.until + forgetAfterMs < now) this.#byKey.delete(key);
    }
  }

  #at(key: string): DestinationState {
    return this.#byKey.get(key) ?? noState;
  }

  #stateOf(key: string): DestinationState {
    let state = this.#byKey.get(key);
    if (!state) {
      state = { active: 0, suspension: open };
      this.#byKey.set(key, state);
    }
    return state;
  }

  #set(key: string, suspension: Suspension): void {
    this.#stateOf(key).suspension = suspension;
  }

  #forget(key: string): void {
    const state = this.#byKey.get(key);
    if (state && state.active === 0 && state.suspension.kind === 'open' && state.suspension.failures === 0) {
      this.#byKey.delete(key);
    }
  }
}
