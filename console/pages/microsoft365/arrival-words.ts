/** Words for what became of a message at Exchange. Pure. */
import type { ArrivalTableView } from '../../../contract/schemas/microsoft365.ts';
import type { Tone } from '../../parts/status-badge.tsx';

export type Arrival = ArrivalTableView['arrivals'][number];
export type ArrivalVerdict = Arrival['verdict'];

/** What is worst first. */
export const verdicts: Readonly<Record<ArrivalVerdict, readonly [Tone, string]>> = {
  returned: ['bad', 'Came back'],
  'not-delivered': ['bad', 'Not delivered'],
  'not-seen': ['warning', 'Not in the trace'],
  'not-handed-over': ['waiting', 'Still here'],
  'on-its-way': ['busy', 'On its way'],
  arrived: ['good', 'Arrived'],
};

const keys = {
  returned: 'returned',
  'not-delivered': 'notDelivered',
  'not-seen': 'notSeen',
  'not-handed-over': 'notHandedOver',
  'on-its-way': 'onItsWay',
  arrived: 'arrived',
} as const;

export const countIn = (counts: ArrivalTableView['counts'], verdict: ArrivalVerdict): number =>
  counts[keys[verdict]];

export function worstFirst(arrivals: readonly Arrival[]): readonly Arrival[] {
  const order = Object.keys(verdicts);
  return arrivals.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}
