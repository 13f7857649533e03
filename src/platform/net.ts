/** Addresses of this machine and of next hops. */
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

export type IpVersion = 'any' | '4' | '6';

export interface NetAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** `address:port` as people write it: IPv6 in brackets. */
export function formatHostPort(host: string, port: number): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Reads `host`, `host:port`, `[IPv6]:port`; `undefined` when it is none of these. */
export function parseHostPort(
  text: string,
  defaultPort: number,
): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  if (match?.[1] !== undefined && isIP(host) !== 6) return undefined;
  return { host, port };
}

export function matchesVersion(family: number, wanted: IpVersion): boolean {
  return wanted === 'any' || String(family) === wanted;
}

const thisHost = new BlockList();
// RFC 1122 3.2.1.3 (this host, loopback) and their IPv6 counterparts, RFC 4291 2.5.2 and 2.5.3.
thisHost.addSubnet('0.0.0.0', 8, 'ipv4');
thisHost.addSubnet('127.0.0.0', 8, 'ipv4');
thisHost.addAddress('::', 'ipv6');
thisHost.addAddress('::1', 'ipv6');

/** The address leads back to this machine: loopback, unspecified, or one of its interfaces. */
export function isOwnAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  if (thisHost.check(address, family === 6 ? 'ipv6' : 'ipv4')) return true;
  const own = new BlockList();
  for (const entries of Object.values(networkInterfaces())) {
    for (const entry of entries ?? [])
      own.addAddress(entry.address, entry.family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return own.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
