/** The head of the audit log: how many entries there are and how the newest is hashed, authenticated with the key of the vault. */
import type { Vault } from '../../config/vault.ts';

export const headKind = 'audit-head';
export const headKey = 'head';
export const headPurpose = 'audit head';

export interface AuditHead {
  readonly count: number;
  readonly hash: string;
  /** Of count and hash. */
  readonly code: string;
}

export function headOf(vault: Vault, count: number, hash: string): AuditHead {
  return { count, hash, code: vault.authenticate(headPurpose, `${count} ${hash}`) };
}
