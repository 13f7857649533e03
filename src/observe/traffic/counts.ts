/** What is counted of an event, for charts: one place for all of them, so that every chart tells the same. Pure. */
import type { RelayEvent } from '../events.ts';

/** In the order of the numbers of a series. */
export const countNames = ['accepted', 'relayed', 'deferred', 'refused', 'failed', 'failedLogins'] as const;
export type CountName = (typeof countNames)[number];

/** Numbers in the order of `countNames`. */
export type Counts = number[];

export function noCounts(): Counts {
  return countNames.map(() => 0);
}

export function addCounts(to: Counts, from: readonly number[]): void {
  for (const index of countNames.keys()) to[index] = (to[index] ?? 0) + (from[index] ?? 0);
}

export interface Counted {
  readonly names: readonly CountName[];
  readonly source?: string;
  readonly connector?: string;
}

const nothing: Counted = { names: [] };

/** What an event adds one to. */
export function countedOf(event: RelayEvent): Counted {
  if (event.kind === 'accepted') return { names: ['accepted'], source: event.source };
  if (event.kind === 'attempted') {
    if (event.deferred + event.inDoubt === 0) return nothing;
    return { names: ['deferred'], connector: event.connector, ...sourceOf(event) };
  }
  if (event.kind === 'settled')
    return { names: endsOf(event.result), ...sourceOf(event), ...connectorOf(event) };
  if (event.kind === 'refused') return { names: ['refused'], ...sourceOf(event) };
  if (event.kind === 'session-refused') return { names: ['refused'] };
  return event.kind === 'login-failed' ? { names: ['refused', 'failedLogins'] } : nothing;
}

/** A message of which some recipients were reached and some were not is both. */
function endsOf(result: 'relayed' | 'failed' | 'expired' | 'mixed'): readonly CountName[] {
  if (result === 'relayed') return ['relayed'];
  return result === 'mixed' ? ['relayed', 'failed'] : ['failed'];
}

function connectorOf(event: { readonly connector?: string }): { readonly connector?: string } {
  return event.connector === undefined ? {} : { connector: event.connector };
}

function sourceOf(event: { readonly source?: string }): { readonly source?: string } {
  return event.source === undefined ? {} : { source: event.source };
}
