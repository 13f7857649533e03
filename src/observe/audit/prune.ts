/**
 * Removes audit entries whose time is over. A floor, authenticated like the head, says up to where they were removed and how
 * the last of them was hashed; so what follows can still be checked, and nobody without the key can cut the beginning off.
 */
import type { Instant } from '../../platform/clock.ts';
import type { AuditLog } from './audit-log.ts';
import { auditKind, keyOf } from './audit-log.ts';
import type { AuditEntry } from './entry.ts';
import { noHash } from './entry.ts';

export const floorKind = 'audit-floor';
export const floorKey = 'floor';
export const floorPurpose = 'audit floor';
/** Entries of one transaction. */
const batchEntries = 200;

/** Entries up to `count` were removed; `hash` is that of the last of them. */
export interface AuditFloor {
  readonly count: number;
  readonly hash: string;
  readonly code: string;
}

/** Removes entries older than `before`, never the newest one; returns how many. Rejects with StoreError. */
export async function pruneAudit(log: AuditLog, before: Instant): Promise<number> {
  const newest = log.head?.count ?? 0;
  let removed = 0;
  for (;;) {
    const part = await log.store.records.list({ kind: auditKind, limit: batchEntries });
    const entries = part.map(({ text }) => JSON.parse(text) as AuditEntry);
    const first = entries.findIndex(({ at, seq }) => at >= before || seq >= newest);
    const old = first < 0 ? entries : entries.slice(0, first);
    const last = old.at(-1);
    if (!last) return removed;
    await log.store.records.write([
      ...old.map(({ seq }) => ({ kind: auditKind, key: keyOf(seq), text: null })),
      { kind: floorKind, key: floorKey, text: JSON.stringify(floorOf(log, last)) },
    ]);
    removed += old.length;
    if (old.length < batchEntries) return removed;
  }
}

/** Where the log begins. `undefined`: the floor was changed, or its key is not at hand. */
export async function readFloor(log: AuditLog): Promise<Omit<AuditFloor, 'code'> | undefined> {
  const kept = await log.store.records.get(floorKind, floorKey);
  if (!kept) return { count: 0, hash: noHash };
  try {
    const { count, hash, code } = JSON.parse(kept.text) as AuditFloor;
    return log.vault.check(floorPurpose, `${count} ${hash}`, code) === 'right' ? { count, hash } : undefined;
  } catch {
    // Not what we wrote.
    return undefined;
  }
}

function floorOf({ vault }: AuditLog, { seq, hash }: AuditEntry): AuditFloor {
  return { count: seq, hash, code: vault.authenticate(floorPurpose, `${seq} ${hash}`) };
}
