/**
 * The scheduler's decision: what to attempt now, or how long to sleep. It reads a snapshot and changes nothing; the loop in
 * delivery.ts performs what it says and asks again.
 */
import type { Instant } from '../platform/clock.ts';
import type { FairPick, Ring, Waiting } from './fair-order.ts';
import { pickFairly } from './fair-order.ts';
import type { Gate } from './suspension.ts';

export interface ConnectorView<W> {
  readonly name: string;
  /** Attempts that may run at a time less those under way. */
  readonly places: number;
  /** What `limits.messagesPerMinute` leaves at this moment. */
  readonly rate: { readonly free: number; readonly nextAt: Instant | undefined };
  readonly waiting: number;
  /** Priority, normal, bulk: what waits in a ring goes only when the rings before it have nothing that could. */
  readonly rings: readonly Ring<W>[];
  destination(key: string): DestinationView;
  /** Whether what the connector may send in an hour or a day has room for it; absent: there is no such bound. */
  admits?(work: W): boolean;
}

export interface DestinationView {
  readonly gate: Gate;
  /** Places that this destination may still take of the connector's. */
  readonly places: number;
}

export interface Start<W> {
  readonly connector: string;
  /** Index into `rings`. */
  readonly ring: number;
  readonly pick: FairPick<W>;
}

export type Decision<W> = {
  /** What must wait for longer than it should stand in line: to be taken out of the waiting lists. */
  readonly held?: readonly W[];
} & (
  | { readonly kind: 'attempt'; readonly starts: readonly Start<W>[] }
  | { readonly kind: 'sleep'; readonly until: Instant }
  /** Only a change from outside (new work, an attempt that ends) can make more possible. */
  | { readonly kind: 'nothing' }
);

export function schedule<W extends Waiting>(connectors: Iterable<ConnectorView<W>>): Decision<W> {
  const starts: Start<W>[] = [];
  const refused = new Set<W>();
  let wake: Instant | undefined;
  const wakeAt = (at: Instant | undefined): void => {
    if (at !== undefined && (wake === undefined || at < wake)) wake = at;
  };
  for (const connector of connectors) {
    if (connector.waiting === 0 || connector.places <= 0) continue;
    if (connector.rate.free <= 0) wakeAt(connector.rate.nextAt);
    else starts.push(...startsOf(connector, wakeAt, refused));
  }
  const held = refused.size > 0 ? { held: [...refused] } : {};
  if (starts.length > 0) return { kind: 'attempt', starts, ...held };
  return wake === undefined ? { kind: 'nothing', ...held } : { kind: 'sleep', until: wake, ...held };
}

function startsOf<W extends Waiting>(
  connector: ConnectorView<W>,
  wakeAt: (at: Instant) => void,
  refused: Set<W>,
): readonly Start<W>[] {
  const starts: Start<W>[] = [];
  const used = new Map<string, number>();
  let count = Math.min(connector.places, connector.rate.free);
  for (const [ring, lanes] of connector.rings.entries()) {
    if (lanes.lanes.length === 0) continue;
    if (count <= 0) break;
    const placesAt = (key: string): number =>
      placesOf(connector.destination(key), wakeAt) - (used.get(key) ?? 0);
    const pick = pickFairly(lanes, count, placesAt, (work) => {
      const mayGo = connector.admits?.(work) ?? true;
      if (!mayGo) refused.add(work);
      return mayGo;
    });
    if (pick.works.length === 0) continue;
    for (const { destination } of pick.works) used.set(destination, (used.get(destination) ?? 0) + 1);
    count -= pick.works.length;
    starts.push({ connector: connector.name, ring, pick });
  }
  return starts;
}

function placesOf({ gate, places }: DestinationView, wakeAt: (at: Instant) => void): number {
  switch (gate.kind) {
    case 'open':
      return places;
    case 'probe':
      return gate.underWay ? 0 : Math.min(1, places);
    case 'closed':
      wakeAt(gate.until);
      return 0;
    case 'stopped':
      return 0;
    default:
      return gate satisfies never;
  }
}
