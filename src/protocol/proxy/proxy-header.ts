/**
 * The PROXY protocol header of a load balancer, versions 1 and 2, as a pure bounded parser.
 * Source: The PROXY protocol, haproxy.org, doc/proxy-protocol.txt. The caller asks for it only where the
 * peer's own address is listed, and then the header must come first.
 */
import { isIP, isIPv4 } from 'node:net';

export type ProxyHeader =
  /** The address of the client behind the load balancer. */
  | { readonly kind: 'proxied'; readonly address: string; readonly port: number; readonly bytes: number }
  /** LOCAL or UNKNOWN: the balancer speaks for itself (health checks); the peer's own address counts. */
  | { readonly kind: 'local'; readonly bytes: number };

export type ProxyResult =
  | { readonly kind: 'header'; readonly header: ProxyHeader }
  /** The octets so far may still become a header. */
  | { readonly kind: 'more' }
  | { readonly kind: 'malformed'; readonly reason: string };

/** Section 2.1: the longest line of version 1, CR LF counted. */
export const version1BytesMax = 107;
/** Cap of a version 2 header: addresses need 52 octets, the rest leaves room for extensions (TLVs). */
export const version2BytesMax = 2048;

const signature = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]);
const version1Start = Buffer.from('PROXY ');
const fixedBytes = 16;
const more: ProxyResult = { kind: 'more' };

/** Reads the header at the start of `octets`; `bytes` of the result is its length. */
export function parseProxyHeader(octets: Buffer): ProxyResult {
  if (octets.length === 0) return more;
  if (startsAs(octets, signature)) return octets.length < fixedBytes ? more : parseVersion2(octets);
  if (startsAs(octets, version1Start)) return parseVersion1(octets);
  return malformed('the connection does not begin with a PROXY header');
}

function startsAs(octets: Buffer, start: Buffer): boolean {
  const length = Math.min(octets.length, start.length);
  return octets.subarray(0, length).equals(start.subarray(0, length));
}

function parseVersion1(octets: Buffer): ProxyResult {
  const end = octets.subarray(0, version1BytesMax).indexOf('\r\n');
  if (end < 0) {
    return octets.length >= version1BytesMax ? malformed('the line is longer than 107 octets') : more;
  }
  const bytes = end + 2;
  const [, family, source = '', destination = '', sourcePort = '', destinationPort = '', ...rest] = octets
    .toString('latin1', 0, end)
    .split(' ');
  // Section 2.1: what follows UNKNOWN is ignored.
  if (family === 'UNKNOWN') return { kind: 'header', header: { kind: 'local', bytes } };
  const version = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : undefined;
  const port = portOf(sourcePort);
  const valid =
    version !== undefined &&
    rest.length === 0 &&
    isIP(source) === version &&
    isIP(destination) === version &&
    !source.includes('%') &&
    !destination.includes('%') &&
    portOf(destinationPort) !== undefined;
  if (!valid || port === undefined) return malformed('the addresses or ports of the line are malformed');
  return { kind: 'header', header: { kind: 'proxied', address: source, port, bytes } };
}

function portOf(text: string): number | undefined {
  const port = /^(?:0|[1-9]\d{0,4})$/.test(text) ? Number(text) : NaN;
  return port <= 65_535 ? port : undefined;
}

function parseVersion2(octets: Buffer): ProxyResult {
  const versionAndCommand = octets[12]!;
  const family = octets[13]!;
  const bytes = fixedBytes + octets.readUInt16BE(14);
  if (versionAndCommand >> 4 !== 2) return malformed('the version is not 2');
  if (bytes > version2BytesMax) return malformed(`the header is longer than ${version2BytesMax} octets`);
  if (octets.length < bytes) return more;
  const command = versionAndCommand & 0x0f;
  if (command === 0) return { kind: 'header', header: { kind: 'local', bytes } };
  if (command !== 1) return malformed('the command is neither LOCAL nor PROXY');
  switch (family) {
    case 0x00:
      // Section 2.2, UNSPEC: the receiver may use its own idea of the address.
      return { kind: 'header', header: { kind: 'local', bytes } };
    case 0x11:
      return bytes < fixedBytes + 12
        ? malformed('too short for IPv4 addresses')
        : proxied(ipv4(octets, fixedBytes), octets.readUInt16BE(fixedBytes + 8), bytes);
    case 0x21:
      return bytes < fixedBytes + 36
        ? malformed('too short for IPv6 addresses')
        : proxied(ipv6(octets, fixedBytes), octets.readUInt16BE(fixedBytes + 32), bytes);
    default:
      return malformed('the address family is neither TCP over IPv4 nor over IPv6');
  }
}

function ipv4(octets: Buffer, at: number): string {
  return [...octets.subarray(at, at + 4)].join('.');
}

function ipv6(octets: Buffer, at: number): string {
  const words = Array.from({ length: 8 }, (_, index) => octets.readUInt16BE(at + index * 2).toString(16));
  return words.join(':');
}

function proxied(address: string, port: number, bytes: number): ProxyResult {
  return { kind: 'header', header: { kind: 'proxied', address, port, bytes } };
}

function malformed(reason: string): ProxyResult {
  return { kind: 'malformed', reason };
}

/** The form of an address that policy compares: IPv4-mapped as IPv4, no zone, IPv6 in its shortest form. */
export function normaliseAddress(address: string): string {
  const percent = address.indexOf('%');
  const bare = percent < 0 ? address : address.slice(0, percent);
  if (isIPv4(bare)) return bare;
  const canonical = canonicalIpv6(bare);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped === null) return canonical;
  const high = Number.parseInt(mapped[1]!, 16);
  const low = Number.parseInt(mapped[2]!, 16);
  return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;
}

// WHATWG URL writes IPv6 addresses in the form of RFC 5952, mapped ones in hexadecimal.
function canonicalIpv6(address: string): string {
  return URL.canParse(`http://[${address}]/`)
    ? new URL(`http://[${address}]/`).hostname.slice(1, -1)
    : address;
}
