/**
 * What connectors have learned from refusals, on record in the store: senders whose mail waits, and how many connections the
 * next hop puts up with. Finding it out again at each restart would cost refusals, and those get mailboxes blocked.
 */
import { z } from 'zod';
import { instant } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { Lowered } from './connection-pace.ts';
import type { KeptSenderStop } from './sender-stops.ts';

export interface Learned {
  readonly senders: readonly KeptSenderStop[];
  readonly lowered?: Lowered | undefined;
}

const documentName = 'delivery/learned';

const moment = z.int().transform(instant);
const failure = z.strictObject({
  scope: z.enum(['connector', 'destination', 'message', 'recipient']),
  permanence: z.enum(['transient', 'permanent']),
  stage: z.enum([
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
  ]),
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
