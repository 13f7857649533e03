/** Patterns of addresses (`user@domain`, `*@domain`, `*@*.domain`, `*`) and of domains (`domain`, `*.domain`, `*`). */
import type { ParseResult } from '../protocol/address.ts';
import { parseDomain, parseMailbox } from '../protocol/address.ts';
import type { AddressMatcher } from './policy.ts';

type AddressPattern =
  | { readonly kind: 'mailbox'; readonly key: string }
  | { readonly kind: 'domain'; readonly domain: DomainPattern }
  | { readonly kind: 'all' };

export type DomainPattern =
  | { readonly kind: 'domain'; readonly key: string }
  | { readonly kind: 'subdomains'; readonly key: string }
  | { readonly kind: 'all' };

/** Compiles patterns; those that cannot be read are left out and reported. */
export function compileAddressPatterns(patterns: readonly string[]): {
  readonly matcher: AddressMatcher;
  readonly faults: readonly { readonly index: number; readonly reason: string }[];
} {
  const mailboxes = new Map<string, string>();
  const domains = new DomainTable<string>();
  const faults: { index: number; reason: string }[] = [];
  for (const [index, text] of patterns.entries()) {
    const parsed = parseAddressPattern(text);
    if (!parsed.ok) faults.push({ index, reason: parsed.reason });
    else if (parsed.value.kind === 'mailbox') mailboxes.set(parsed.value.key, text);
    else domains.add(parsed.value.kind === 'all' ? parsed.value : parsed.value.domain, text);
  }
  const matcher: AddressMatcher = {
    patterns,
    match: (address) => mailboxes.get(address.key) ?? domains.matches(address.domainKey)[0]?.value,
  };
  return { matcher, faults };
}

export function parseAddressPattern(text: string): ParseResult<AddressPattern> {
  if (text === '*') return { ok: true, value: { kind: 'all' } };
  if (text.startsWith('*@')) {
    const domain = parseDomainPattern(text.slice(2));
    if (!domain.ok || domain.value.kind === 'all') return malformed(text);
    return { ok: true, value: { kind: 'domain', domain: domain.value } };
  }
  // Anything else with a star (`scan*@x`, `user@*`) looks like a pattern and would match no address ever.
  if (text.includes('*')) return malformed(text);
  const mailbox = parseMailbox(text);
  return mailbox.ok ? { ok: true, value: { kind: 'mailbox', key: mailbox.value.key } } : malformed(text);
}

export function parseDomainPattern(text: string): ParseResult<DomainPattern> {
  if (text === '*') return { ok: true, value: { kind: 'all' } };
  const subdomains = text.startsWith('*.');
  const domain = parseDomain(subdomains ? text.slice(2) : text);
  // A literal has no subdomains.
  if (!domain.ok || (subdomains && domain.value.key.startsWith('['))) {
    return { ok: false, reason: `"${printable(text)}" is not a domain pattern: write domain, *.domain or *` };
  }
  return { ok: true, value: { kind: subdomains ? 'subdomains' : 'domain', key: domain.value.key } };
}

export interface DomainMatch<T> {
  readonly value: T;
  /** Higher is more specific: an exact domain above every suffix, a longer suffix above a shorter, `*` last. */
  readonly rank: number;
}

/** Domain patterns with what they stand for. Domains are asked for by their A-label form (`Mailbox.domainKey`). */
export class DomainTable<T> {
  readonly #exact = new Map<string, T[]>();
  readonly #suffixes = new Map<string, T[]>();
  readonly #all: T[] = [];

  add(pattern: DomainPattern, value: T): void {
    if (pattern.kind === 'all') this.#all.push(value);
    else push(pattern.kind === 'domain' ? this.#exact : this.#suffixes, pattern.key, value);
  }

  /** All that match, the most specific first; equal ones in the order they were added. */
  matches(domainKey: string): DomainMatch<T>[] {
    const found = (this.#exact.get(domainKey) ?? []).map((value) => ({ value, rank: Infinity }));
    if (this.#suffixes.size > 0 && !domainKey.startsWith('[')) {
      for (let dot = domainKey.indexOf('.'); dot >= 0; dot = domainKey.indexOf('.', dot + 1)) {
        const suffix = domainKey.slice(dot + 1);
        for (const value of this.#suffixes.get(suffix) ?? []) found.push({ value, rank: suffix.length });
      }
    }
    for (const value of this.#all) found.push({ value, rank: 0 });
    return found;
  }
}

function push<T>(table: Map<string, T[]>, key: string, value: T): void {
  const list = table.get(key);
  if (list) list.push(value);
  else table.set(key, [value]);
}

function malformed(text: string): { readonly ok: false; readonly reason: string } {
  return {
    ok: false,
    reason: `"${printable(text)}" is not an address pattern: write user@domain, *@domain, *@*.domain or *`,
  };
}

/** For messages: what was written may hold anything. */
export function printable(text: string): string {
  const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return shown.replaceAll(
    /[^\x20-\x7e\u00a1-\u{10ffff}]|[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu,
    '?',
  );
}
