/**
 * Where a URL of the configuration may lead. A relay stands inside a network and holds secrets, so a URL that somebody
 * else chose (a redirect, a name that changes its address) must not make it ask services that trust its place: the
 * metadata services of clouds, this machine, other hosts of the network. The name is resolved once, every address is
 * judged, and the connection goes to a judged address; redirects are not followed.
 */
import { BlockList, isIP } from 'node:net';
import type { Dns } from './dns.ts';
import type { NetAddress } from './net.ts';

export type Reach = 'internet' | 'private' | 'loopback';

export type EgressVerdict =
  | { readonly kind: 'allowed'; readonly addresses: readonly NetAddress[] }
  | { readonly kind: 'refused'; readonly reason: string };

type Zone = 'never' | 'loopback' | 'private' | 'internet';

function listOf(...ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of ranges) list.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}

// IANA special-purpose registries (RFC 6890), and addresses at which clouds give out credentials of the machine.
const never = listOf(
  ['0.0.0.0', 8],
  ['169.254.0.0', 16], // link-local, RFC 3927; 169.254.169.254 is the metadata service of most clouds
  ['168.63.129.16', 32], // Azure's host services
  ['100.100.100.200', 32], // metadata service of Alibaba Cloud
  ['192.0.0.0', 24],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['fe80::', 10],
  ['fec0::', 10],
  ['fd00:ec2::254', 128], // metadata service of AWS
  ['fd20:ce::254', 128], // metadata service of Google Cloud
  ['ff00::', 8],
);
const loopback = listOf(['127.0.0.0', 8], ['::1', 128]);
const inside = listOf(
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['fc00::', 7],
);

/** Addresses of IPv6 that stand for one of IPv4: mapped (RFC 4291 2.5.5.2), NAT64 (RFC 6052), 6to4 (RFC 3056). */
function embedded(address: string): string | undefined {
  const groups = groupsOf(address);
  if (!groups) return undefined;
  const quad = (high = 0, low = 0): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const isZero = (from: number, to: number): boolean => groups.slice(from, to).every((group) => group === 0);
  if (isZero(0, 5) && (groups[5] === 0xffff || (groups[5] === 0 && (groups[6] ?? 0) !== 0))) {
    return quad(groups[6], groups[7]);
  }
  if (groups[0] === 0x64 && groups[1] === 0xff9b) return quad(groups[6], groups[7]);
  return groups[0] === 0x2002 ? quad(groups[1], groups[2]) : undefined;
}

function groupsOf(address: string): readonly number[] | undefined {
  if (isIP(address) !== 6) return undefined;
  // The URL parser writes an address in its one form, a dotted end included.
  const bare = address.replace(/%.*$/, '');
  const text = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const [left = '', right] = text.split('::');
  const parts = (half: string | undefined): number[] =>
    half === undefined || half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16));
  const [head, tail] = [parts(left), parts(right)];
  const zeros = right === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...Array.from({ length: zeros }, () => 0), ...tail];
}

export function zoneOf(address: string): Zone {
  const family = isIP(address);
  if (family === 0) return 'never';
  const inner = embedded(address);
  if (inner !== undefined) return zoneOf(inner);
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  if (never.check(address, kind)) return 'never';
  if (loopback.check(address, kind)) return 'loopback';
  return inside.check(address, kind) ? 'private' : 'internet';
}

const zones: Readonly<Record<Reach, readonly Zone[]>> = {
  internet: ['internet'],
  private: ['internet', 'private'],
  loopback: ['internet', 'private', 'loopback'],
};

export function isReachable(address: string, reach: Reach): boolean {
  return zones[reach].includes(zoneOf(address));
}

/** What is wrong with the URL itself; `undefined`: nothing. Also for `check-config`, which asks no name service. */
export function urlFault(text: string, reach: Reach): string | undefined {
  if (!URL.canParse(text)) return 'it is no URL';
  const { protocol, username, password } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return `it begins with ${protocol} instead of https:`;
  if (username !== '' || password !== '') return 'it holds a user name or password';
  if (protocol === 'http:' && reach === 'internet') return 'it has no TLS, and leads into the internet';
  const host = bareHost(text);
  if (isIP(host) !== 0 && !isReachable(host, reach)) return refusal(host, host, reach);
  return undefined;
}

/** One question to the name service. Every address must be allowed: a name with one forbidden address is refused whole. */
export async function judgeEgress(text: string, reach: Reach, dns: Dns): Promise<EgressVerdict> {
  const fault = urlFault(text, reach);
  if (fault !== undefined) return { kind: 'refused', reason: fault };
  const host = bareHost(text);
  const answer = await dns.lookup(host, 'any');
  if (answer.kind !== 'records') {
    return { kind: 'refused', reason: `${host} has no address (${answer.kind})` };
  }
  const bad = answer.records.find(({ address }) => !isReachable(address, reach));
  if (bad) return { kind: 'refused', reason: refusal(host, bad.address, reach) };
  return { kind: 'allowed', addresses: answer.records };
}

function bareHost(text: string): string {
  return new URL(text).hostname.replaceAll(/^\[|\]$/g, '');
}

function refusal(host: string, address: string, reach: Reach): string {
  const zone = zoneOf(address);
  const about = host === address ? address : `${host} (${address})`;
  if (zone === 'never')
    return `${about} is link-local, a metadata service or no address of a host, and is never asked`;
  return `${about} is ${zone === 'loopback' ? 'this machine' : 'a private address'}, and "reach: ${reach}" does not permit it; write "reach: ${zone}" if it is meant`;
}
