/**
 * IP addresses and CIDR ranges as administrators write them, read strictly: what two programs could read as two
 * different networks (leading zeros, short forms, host bits, zone ids) is refused with the form that is meant.
 */
import { isIPv6 } from 'node:net';
import type { ParseResult } from '../protocol/address.ts';

export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export interface NetworkRange {
  readonly family: 4 | 6;
  /** Length of the prefix: 0 to 32, or 0 to 128. */
  readonly bits: number;
  readonly first: bigint;
  readonly last: bigint;
  /** `10.20.0.0/28`; a single address without its length. */
  readonly text: string;
}

// RFC 4291 2.5.5.2: ::ffff:0:0/96 holds the IPv4 addresses.
const mappedPrefix = 0xffffn;

/** Reads one address; an IPv4-mapped IPv6 address is the IPv4 address it holds. */
export function parseAddress(text: string): ParseResult<IpAddress> {
  if (text.includes(':')) return parseV6(text);
  return parseV4(text);
}

/** Reads an address or `address/length`. Host bits must be zero. */
export function parseRange(text: string): ParseResult<NetworkRange> {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const address = parseAddress(host);
  if (!address.ok) return address;
  const { family, value } = address.value;
  const width = family === 4 ? 32 : 128;
  if (slash < 0) return { ok: true, value: rangeAt(family, value, width) };
  const written = text.slice(slash + 1);
  // A mapped range counts its length from the start of the IPv6 address.
  const mapped = family === 4 && host.includes(':') ? 96 : 0;
  if (!/^(?:0|[1-9]\d{0,2})$/.test(written)) {
    return {
      ok: false,
      reason: `"${text}" has no plain prefix length: write ${formatAddress(address.value)}/${width}`,
    };
  }
  const bits = Number(written) - mapped;
  if (bits < 0 || bits > width) {
    return {
      ok: false,
      reason: `the prefix length of "${text}" is not between ${mapped} and ${mapped + width}`,
    };
  }
  const range = rangeAt(family, value, bits);
  if (range.first !== value) {
    return {
      ok: false,
      reason: `"${text}" has host bits set: write ${range.text} for the network or ${formatAddress(address.value)} for the one address`,
    };
  }
  return { ok: true, value: range };
}

export function rangeContains(range: NetworkRange, address: IpAddress): boolean {
  return range.family === address.family && range.first <= address.value && address.value <= range.last;
}

/** They have an address in common. */
export function rangesOverlap(one: NetworkRange, other: NetworkRange): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

/** How many addresses lie between this one and the range, this one counted: 0 inside, 1 for its neighbour. */
export function distanceTo(range: NetworkRange, address: IpAddress): bigint | undefined {
  if (range.family !== address.family) return undefined;
  if (address.value < range.first) return range.first - address.value;
  return address.value > range.last ? address.value - range.last : 0n;
}

/** Dotted for IPv4, RFC 5952 for IPv6. */
export function formatAddress({ family, value }: IpAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const hex = value.toString(16).padStart(32, '0');
  const groups = Array.from({ length: 8 }, (_, index) => hex.slice(index * 4, index * 4 + 4)).join(':');
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}

/** 127.0.0.0/8 and ::1. */
export function isLoopback(text: string): boolean {
  const address = parseAddress(text);
  if (!address.ok) return false;
  const { family, value } = address.value;
  return family === 4 ? value >> 24n === 127n : value === 1n;
}

function rangeAt(family: 4 | 6, value: bigint, bits: number): NetworkRange {
  const width = family === 4 ? 32 : 128;
  const hostBits = BigInt(width - bits);
  const first = (value >> hostBits) << hostBits;
  const shown = formatAddress({ family, value: first });
  return {
    family,
    bits,
    first,
    last: first + (1n << hostBits) - 1n,
    text: bits === width ? shown : `${shown}/${bits}`,
  };
}

function parseV4(text: string): ParseResult<IpAddress> {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) {
    return {
      ok: false,
      reason: `"${shortened(text)}" is not an IP address such as 10.20.0.15 or 2001:db8::15`,
    };
  }
  if (parts.some((part) => part.length > 1 && part.startsWith('0'))) {
    return {
      ok: false,
      // Some programs read 010 as 8, others as 10.
      reason: `"${text}" has leading zeros, which some programs read as octal: write ${parts.map(Number).join('.')}`,
    };
  }
  return { ok: true, value: { family: 4, value: v4Value(parts) } };
}

function parseV6(text: string): ParseResult<IpAddress> {
  if (text.includes('%')) {
    return {
      ok: false,
      reason: `"${shortened(text)}" has a zone id, which means something on one machine only`,
    };
  }
  if (!isIPv6(text))
    return { ok: false, reason: `"${shortened(text)}" is not an IPv6 address such as 2001:db8::15` };
  const value = v6Value(text);
  return value >> 32n === mappedPrefix
    ? { ok: true, value: { family: 4, value: value & 0xffffffffn } }
    : { ok: true, value: { family: 6, value } };
}

function v4Value(parts: readonly string[]): bigint {
  return BigInt(parts.reduce((value, part) => value * 256 + Number(part), 0));
}

function v6Value(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const left = v6Groups(head);
  const right = tail === undefined ? [] : v6Groups(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...zeros, ...right].reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

function v6Groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const value = Number(v4Value(group.split('.')));
    return [value >>> 16, value & 0xffff];
  });
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
