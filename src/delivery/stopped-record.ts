/** The connectors that operators have suspended, on record in the store: a restart is no reason to send what was stopped. */
import { z } from 'zod';
import { instant } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { OperatorStop } from './connectors.ts';

const documentName = 'delivery/stopped-connectors';

const recordSchema = z.record(
  z.string(),
  z.strictObject({ since: z.int(), reason: z.string(), until: z.int().optional() }),
);

/** By connector name. Rejects where the store cannot be read, or holds something else under this name. */
export async function readStopped(store: Store): Promise<ReadonlyMap<string, OperatorStop>> {
  const text = await store.document(documentName);
  if (text === undefined) return new Map();
  const record = recordSchema.parse(JSON.parse(text));
  return new Map(
    Object.entries(record).map(([name, { since, reason, until }]) => [
      name,
      { since: instant(since), reason, ...(until !== undefined && { until: instant(until) }) },
    ]),
  );
}

/** Resolves when it is stable. */
export async function writeStopped(store: Store, stopped: ReadonlyMap<string, OperatorStop>): Promise<void> {
  await store.putDocument(documentName, JSON.stringify(Object.fromEntries(stopped)));
}
