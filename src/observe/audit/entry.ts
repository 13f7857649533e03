/** One entry of the audit log, its canonical form and its hash. */
import { createHash } from 'node:crypto';
import type { Instant } from '../../platform/clock.ts';

export type AuditVia = 'session' | 'token' | 'local' | 'command' | 'relay' | 'nobody';

export interface NewAuditEntry {
  /** Account, token, or who ran the command. */
  readonly by: string;
  readonly via: AuditVia;
  readonly address?: string;
  /** Name of the route, or of what the relay or a command did by itself. */
  readonly action: string;
  readonly object?: string;
  /** JSON-safe; secrets are taken out before it is kept. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** `ok`, or why it was not done. */
  readonly result: string;
}

export interface AuditEntry extends NewAuditEntry {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly at: Instant;
  /** Hash of the entry before; zeros before the first. */
  readonly previous: string;
  /** Of all the other fields. */
  readonly hash: string;
}

export const noHash = '0'.repeat(64);

export function entryHash(entry: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(entry)).digest('hex');
}

/**
 * RFC 8785: no white space, members in the order of their names' UTF-16 code units; numbers and strings as
 * JSON.stringify writes them, which is what the RFC asks for. Members that are `undefined` are absent.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // By code units: the default order of sort, which localeCompare would not give.
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
