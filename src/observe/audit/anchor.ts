/**
 * The anchor: the head of the audit log once more, outside the database. Who removes the log from the database, or puts an
 * older database in its place, leaves an anchor that does not fit; that is an entry of its own, and a fault for good.
 * Who removes the anchor as well leaves an entry that says so: after the restore of a backup it is there rightly.
 */
import type { Vault } from '../../config/vault.ts';
import type { AuditHead } from './head.ts';
import { headPurpose } from './head.ts';

/** Where the anchor is kept: a file of the data directory. */
export interface AuditAnchor {
  /** `undefined`: there is none. */
  read(): Promise<string | undefined>;
  /** On stable storage when it resolves. */
  write(text: string): Promise<void>;
}

export type AnchorState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'changed' }
  | { readonly kind: 'there'; readonly head: Pick<AuditHead, 'count' | 'hash'> };

/** Action of the entry about an anchor that is not as it was left. */
export const anchorAction = 'auditAnchor';

export const anchorWords = {
  absent:
    'audit.head is not in the data directory: a backup was restored, or somebody removed it and with it the proof of how long the log was',
  changed: 'audit.head of the data directory was changed by something else',
  unfit:
    'audit.head of the data directory knows entries that the log does not have: they were removed, or an older database was put back',
  gone: 'audit.head of the data directory knows a log, and there is none',
} as const;

/** Results of entries that are faults of the log. */
export const anchorFaults: readonly string[] = [anchorWords.changed, anchorWords.unfit, anchorWords.gone];

export async function readAnchor(anchor: AuditAnchor, vault: Vault): Promise<AnchorState> {
  const text = await anchor.read();
  if (text === undefined) return { kind: 'absent' };
  try {
    const { count, hash, code } = JSON.parse(text) as AuditHead;
    switch (vault.check(headPurpose, `${count} ${hash}`, code)) {
      case 'right':
        return { kind: 'there', head: { count, hash } };
      case 'unknown-key':
        // The key was lost and replaced: nothing can be said of it.
        return { kind: 'absent' };
      case 'wrong':
        return { kind: 'changed' };
    }
  } catch {
    // Not what we wrote.
    return { kind: 'changed' };
  }
}
