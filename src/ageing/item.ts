/** One thing that ends or falls due, with what breaks then and what to do. */
import type { Instant } from '../platform/clock.ts';

export type AgeingKind =
  | 'source'
  | 'permission'
  | 'block'
  | 'source-review'
  | 'firmware-review'
  | 'source-password'
  | 'silent-source'
  | 'listener-certificate'
  | 'console-certificate'
  | 'client-ca'
  | 'connector-certificate'
  | 'connector-ca'
  | 'application-certificate'
  | 'device-certificate'
  | 'client-secret'
  | 'password'
  | 'refresh-token'
  | 'api-token'
  | 'microsoft-365';

export interface AgeingItem {
  readonly kind: AgeingKind;
  /** Of the source, connector, token or setting. */
  readonly name: string;
  /** What falls due, as the subject of a sentence. */
  readonly title: string;
  readonly at: Instant;
  readonly precision: 'day' | 'month' | 'half-year' | 'year';
  readonly owner?: string;
  readonly breaks: string;
  readonly todo: string;
  readonly source?: string;
  readonly connector?: string;
  readonly certainty?: 'official' | 'community' | 'unconfirmed';
  readonly reference?: string;
}

export type AgeingState = 'overdue' | 'due' | 'soon' | 'later';

const dayMs = 86_400_000;
const dueDays = 7;
const soonDays = 30;

/** The same as long as the thing has this end: what is renewed is another item, and is reminded of anew. */
export function itemId({ kind, name, title, at }: AgeingItem): string {
  return [kind, name, at.toString(36), shortHash(title)].join('.');
}

/** Whole days that remain, negative after the end. */
export function daysUntil(at: Instant, now: Instant): number {
  return Math.floor((at - now) / dayMs);
}

export function stateOf(at: Instant, now: Instant): AgeingState {
  if (at <= now) return 'overdue';
  if (at - now <= dueDays * dayMs) return 'due';
  return at - now <= soonDays * dayMs ? 'soon' : 'later';
}

/** FNV-1a: tells items of one name apart, nothing more. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const octet of Buffer.from(text)) hash = Math.imul(hash ^ octet, 0x01000193) >>> 0;
  return hash.toString(36);
}
