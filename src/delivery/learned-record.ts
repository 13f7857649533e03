/**
 * What connectors have learned from refusals, on record in the store: senders whose mail waits, and how many connections the
 * next hop puts up with. Finding it out again at each restart would cost refusals, and those get mailboxes blocked.
 */
import { z } from 'zod';
import { instant } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { KeptTrouble } from './troubles.ts';
import type { Lowered } from './connection-pace.ts';
import type { KeptSenderStop } from './sender-stops.ts';

export interface Learned {
  readonly senders: readonly KeptSenderStop[];
  readonly lowered?: Lowered | undefined;
}

const documentName = 'delivery/learned';
const troublesName = 'delivery/troubles';

const moment = z.int().transform(instant);
const stage = z.enum([
  'route',
  'resolve',
  'connect',
  'greeting',
  'tls',
  'hello',
  'login',
  'mail',
  'rcpt',
  'data',
  'content',
  'operator',
]);
const failure = z.strictObject({
  scope: z.enum(['connector', 'destination', 'message', 'recipient']),
  permanence: z.enum(['transient', 'permanent']),
  stage,
  code: z.string(),
  text: z.string(),
  status: z.string(),
});
const recordSchema = z.record(
  z.string(),
  z.strictObject({
    senders: z.array(
      z.strictObject({
        sender: z.string(),
        since: moment,
        until: moment,
        asOf: moment.optional(),
        rounds: z.int(),
        failure,
      }),
    ),
    lowered: z.strictObject({ to: z.int().min(1), at: moment, reason: z.string() }).optional(),
  }),
);

/** By connector name. Rejects where the store cannot be read, or holds something else under this name. */
export async function readLearned(store: Store): Promise<ReadonlyMap<string, Learned>> {
  const text = await store.document(documentName);
  return new Map(text === undefined ? [] : Object.entries(recordSchema.parse(JSON.parse(text))));
}

/** Resolves when it is stable. */
export async function writeLearned(store: Store, learned: ReadonlyMap<string, Learned>): Promise<void> {
  await store.putDocument(documentName, JSON.stringify(Object.fromEntries(learned)));
}

const troublesSchema = z.array(
  z.strictObject({
    connector: z.string(),
    destination: z.string(),
    host: z.string(),
    code: z.string(),
    stage,
    text: z.string(),
    toldAt: moment,
  }),
);

/** As `readLearned`. */
export async function readTroubles(store: Store): Promise<readonly KeptTrouble[]> {
  const text = await store.document(troublesName);
  return text === undefined ? [] : troublesSchema.parse(JSON.parse(text));
}

/** Resolves when it is stable. */
export async function writeTroubles(store: Store, troubles: readonly KeptTrouble[]): Promise<void> {
  await store.putDocument(troublesName, JSON.stringify(troubles));
}
