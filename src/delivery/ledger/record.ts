/** The ledger in the store: a restart is no reason to send more than a mailbox may. */
import { z } from 'zod';
import type { Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';
import type { Refusal } from './ledger.ts';
import type { Filled } from './window.ts';

const documentName = 'delivery/quota-ledger';

export interface LedgerRecord {
  readonly at: Instant;
  /** Written when everything had ended; otherwise something may have been counted after it. */
  readonly isEnd: boolean;
  /** How long after `at` that may have been, milliseconds. */
  readonly gapMs: number;
  readonly accounts: readonly {
    readonly key: string;
    readonly filled: Filled;
    /** Most that was counted between two writes. */
    readonly most: number;
    /** The other side had said that it is used up. */
    readonly refusal?: Refusal | undefined;
  }[];
}

const count = z.int().nonnegative();
const recordSchema = z.strictObject({
  at: count,
  isEnd: z.boolean(),
  gapMs: count,
  accounts: z.array(
    z.strictObject({
      key: z.string(),
      most: count,
      filled: z.array(z.tuple([count, count])),
      refusal: z
        .strictObject({
          since: count.transform(instant),
          until: count.transform(instant),
          rounds: count,
          text: z.string(),
        })
        .optional(),
    }),
  ),
});

/** `undefined`: none was written yet. Rejects where the store cannot be read, or holds something else under this name. */
export async function readLedger(store: Store): Promise<LedgerRecord | undefined> {
  const text = await store.document(documentName);
  if (text === undefined) return undefined;
  const record = recordSchema.parse(JSON.parse(text));
  return { ...record, at: instant(record.at) };
}

/** Resolves when it is stable. */
export async function writeLedger(store: Store, record: LedgerRecord): Promise<void> {
  await store.putDocument(documentName, JSON.stringify(record));
}
