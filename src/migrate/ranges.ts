/** Ranges as old relays write them: with host bits, in brackets, with a netmask, or from one address to another. */
import { formatAddress, parseAddress, parseRange } from '../config/network-range.ts';
import type { IpAddress, NetworkRange } from '../config/network-range.ts';
import type { ParseResult } from '../protocol/address.ts';

/** Ranges wider than these would need the word `dangerous` in a policy. */
const narrowest = { 4: 16, 6: 32 } as const;

export function isTooWide({ family, bits }: NetworkRange): boolean {
  return bits < narrowest[family];
}

/** Reads `a`, `a/length`, `a/netmask`, `a(netmask)`, `a-b`, each address also in brackets. One range may become several. */
export function readRanges(text: string): ParseResult<readonly NetworkRange[]> {
  const plain = text.replaceAll(/[[\]\s]/g, '');
  const span = /^([^-]+)-([^-]+)$/.exec(plain);
  if (span) return between(span[1] ?? '', span[2] ?? '');
  const masked = /^([\d.]+)(?:\/|\()(\d+\.\d+\.\d+\.\d+)\)?$/.exec(plain);
  const range = masked ? withMask(masked[1] ?? '', masked[2] ?? '') : withoutHostBits(plain);
  return range.ok ? { ok: true, value: [range.value] } : range;
}

function withoutHostBits(text: string): ParseResult<NetworkRange> {
  const read = parseRange(text);
  if (read.ok) return read;
  const [host = '', length = ''] = text.split('/');
  const address = parseAddress(host);
  if (!address.ok || !/^\d{1,3}$/.test(length)) return read;
  const { family, value } = address.value;
  const width = family === 4 ? 32 : 128;
  const bits = Number(length) - (family === 4 && host.includes(':') ? 96 : 0);
  if (bits < 0 || bits > width) return read;
  const hostBits = BigInt(width - bits);
  return parseRange(`${formatAddress({ family, value: (value >> hostBits) << hostBits })}/${bits}`);
}

function withMask(host: string, mask: string): ParseResult<NetworkRange> {
  const read = parseAddress(mask);
  const ones = read.ok ? read.value.value.toString(2).padStart(32, '0') : '';
  const bits = ones.indexOf('0') < 0 ? ones.length : ones.indexOf('0');
  if (!read.ok || ones.slice(bits).includes('1')) return { ok: false, reason: `${mask} is no netmask` };
  return withoutHostBits(`${host}/${bits}`);
}

/** The fewest ranges that hold exactly the addresses from one to the other: at most 2 x 128. */
function between(from: string, to: string): ParseResult<readonly NetworkRange[]> {
  const [first, last] = [parseAddress(from), parseAddress(to)];
  if (!first.ok) return first;
  if (!last.ok) return last;
  const { family } = first.value;
  if (family !== last.value.family || first.value.value > last.value.value)
    return { ok: false, reason: `${from}-${to} is no range` };
  const found: NetworkRange[] = [];
  for (let next = first.value.value; next <= last.value.value;) {
    const range = widest({ family, value: next }, last.value.value);
    found.push(range);
    next = range.last + 1n;
  }
  return { ok: true, value: found };
}

/** The widest range that begins at `start` and does not go beyond `last`. */
function widest(start: IpAddress, last: bigint): NetworkRange {
  const width = start.family === 4 ? 32 : 128;
  let hostBits = 0n;
  while (
    hostBits < BigInt(width) &&
    start.value % (1n << (hostBits + 1n)) === 0n &&
    start.value + (1n << (hostBits + 1n)) - 1n <= last
  )
    hostBits += 1n;
  const range = parseRange(`${formatAddress(start)}/${width - Number(hostBits)}`);
  if (!range.ok) throw new Error(`a range was reckoned wrongly: ${range.reason}`);
  return range.value;
}
