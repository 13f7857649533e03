/** "Did it really arrive?": what Exchange says of messages, and what came back, beside what this relay handed over. Pure. */
import type { RecipientState } from '../../message/message.ts';
import type { Instant } from '../../platform/clock.ts';
import type { Bounce } from '../explainer/bounce.ts';
import type { TraceRow } from './trace-row.ts';
import { bracketed } from './trace-row.ts';

/** One recipient of one message of ours. */
export interface OurDelivery {
  readonly id: string;
  readonly messageId: string;
  readonly subject?: string;
  readonly sender: string;
  readonly recipient: string;
  readonly state: RecipientState['kind'];
  /** When it was handed over. */
  readonly relayedAt?: Instant;
  readonly reply?: string;
}

export type ArrivalVerdict =
  | 'arrived'
  | 'not-delivered'
  | 'on-its-way'
  | 'returned'
  | 'not-seen'
  | 'not-handed-over';

export interface Arrival extends OurDelivery {
  readonly verdict: ArrivalVerdict;
  readonly text: string;
  readonly exchangeStatus?: string;
  readonly exchangeAt?: Instant;
  /** From the returned message. */
  readonly returned?: { readonly status?: string; readonly diagnostic?: string };
}

export interface ArrivalTable {
  readonly arrivals: readonly Arrival[];
  /** Messages of the trace that this relay did not take. */
  readonly notOurs: number;
}

const arrived = new Set(['delivered', 'expanded', 'resolved']);
const waiting = new Set(['pending', 'gettingstatus', 'none']);

/** `window`: what the trace covers; what was handed over in it and is not in the trace was never seen there. */
export function joinArrivals(given: {
  readonly rows: readonly TraceRow[];
  readonly bounces: readonly Bounce[];
  readonly ours: readonly OurDelivery[];
}): ArrivalTable {
  const { rows, bounces, ours } = given;
  const traced = new Map(rows.map((row) => [keyOf(row.messageId, row.recipient), row]));
  const tracedIds = new Set(rows.map(({ messageId }) => messageId));
  const returned = returnedBy(bounces);
  const window = windowOf(rows);
  const arrivals = ours.flatMap((delivery): Arrival[] => {
    const key = keyOf(delivery.messageId, delivery.recipient);
    const row = traced.get(key);
    const back = returned.get(key);
    const isMeant = row !== undefined || back !== undefined || tracedIds.has(delivery.messageId);
    if (!isMeant && !isIn(window, delivery.relayedAt)) return [];
    return [{ ...delivery, ...judged(delivery, row, back), ...shown(row, back) }];
  });
  const known = new Set(ours.map(({ messageId }) => messageId));
  return { arrivals, notOurs: [...tracedIds].filter((id) => !known.has(id)).length };
}

type Back = Bounce['recipients'][number];

function judged(
  { state, relayedAt, sender }: OurDelivery,
  row: TraceRow | undefined,
  back: Back | undefined,
): Pick<Arrival, 'verdict' | 'text'> {
  if (back?.action === 'failed') {
    return {
      verdict: 'returned',
      text: `it came back: ${back.diagnostic ?? back.status ?? 'no reason given'}`,
    };
  }
  if (row) {
    const status = row.status.toLowerCase();
    const other =
      row.sender !== undefined && row.sender !== sender.toLowerCase()
        ? `; there the sender is ${row.sender}`
        : '';
    const early = state === 'relayed' ? '' : `, although here it is ${state}`;
    if (arrived.has(status)) return { verdict: 'arrived', text: `Exchange delivered it${early}${other}` };
    if (waiting.has(status))
      return { verdict: 'on-its-way', text: `Exchange still works on it (${row.status})${early}${other}` };
    return {
      verdict: 'not-delivered',
      text: `Exchange took it and did not deliver it: ${row.status}${early}${other}`,
    };
  }
  if (state === 'relayed' && relayedAt !== undefined) {
    return {
      verdict: 'not-seen',
      text: 'it was handed over, and the trace does not have it for this recipient',
    };
  }
  return { verdict: 'not-handed-over', text: `it is ${state} here` };
}

function shown(row: TraceRow | undefined, back: Back | undefined): Partial<Arrival> {
  return {
    ...(row && { exchangeStatus: row.status }),
    ...(row?.at !== undefined && { exchangeAt: row.at }),
    ...(back && {
      returned: {
        ...(back.status !== undefined && { status: back.status }),
        ...(back.diagnostic !== undefined && { diagnostic: back.diagnostic }),
      },
    }),
  };
}

function returnedBy(bounces: readonly Bounce[]): ReadonlyMap<string, Back> {
  return new Map(
    bounces.flatMap(({ messageId, recipients }) =>
      messageId === undefined
        ? []
        : recipients.flatMap((back) =>
            back.recipient === undefined
              ? []
              : [[keyOf(bracketed(messageId), back.recipient), back] as const],
          ),
    ),
  );
}

interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

export function windowOf(rows: readonly TraceRow[]): Window | undefined {
  let [from, to]: (Instant | undefined)[] = [];
  for (const { at } of rows) {
    if (at === undefined) continue;
    if (from === undefined || at < from) from = at;
    if (to === undefined || at > to) to = at;
  }
  return from === undefined || to === undefined ? undefined : { from, to };
}

function isIn(window: Window | undefined, at: Instant | undefined): boolean {
  return window !== undefined && at !== undefined && at >= window.from && at <= window.to;
}

function keyOf(messageId: string, recipient: string): string {
  return `${messageId}\n${recipient.toLowerCase()}`;
}
