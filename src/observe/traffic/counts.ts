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
  switch (event.kind) {
    case 'accepted':
      return { names: ['accepted'], source: event.source };
    case 'attempted': {
      if (event.deferred + event.inDoubt === 0) return nothing;
      return { names: ['deferred'], connector: event.connector, ...sourceOf(event) };
    }
    case 'settled': {
      const names: CountName[] = [];
      if (event.result === 'relayed' || event.result === 'mixed') names.push('relayed');
      if (event.result !== 'relayed') names.push('failed');
      const { connector } = event;
      return { names, ...sourceOf(event), ...(connector === undefined ? {} : { connector }) };
    }
    case 'refused':
      return { names: ['refused'], ...sourceOf(event) };
    case 'session-refused':
      return { names: ['refused'] };
    case 'login-failed':
      return { names: ['refused', 'failedLogins'] };
    default:
      return nothing;
  }
}

function sourceOf(event: { readonly source?: string }): { readonly source?: string } {
  return event.source === undefined ? {} : { source: event.source };
}
