/** The address of a client as SPF sees it. Pure. */
import { BlockList, isIP } from 'node:net';
import type { DualPrefix } from './record.ts';

export interface ClientAddress {
  readonly text: string;
  readonly family: 4 | 6;
  /** RFC 7208 7.3, macro `i`: dotted; for IPv6 one hexadecimal digit a label. */
  readonly dotted: string;
}

/** `undefined` where the text is no address. An IPv4 address mapped into IPv6 counts as IPv4 (RFC 7208 5). */
export function clientAddress(text: string): ClientAddress | undefined {
  const bare = (text.split('%')[0] as string).toLowerCase();
  const family = isIP(bare);
  if (family === 4) return { text: bare, family, dotted: bare };
  if (family !== 6) return undefined;
  const groups = groupsOf(bare);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xff_ff;
  if (isMapped) {
    const mapped = [groups[6] as number, groups[7] as number].flatMap((group) => [group >> 8, group & 255]);
    return { text: mapped.join('.'), family: 4, dotted: mapped.join('.') };
  }
  const digits = groups.map((group) => group.toString(16).padStart(4, '0')).join('');
  return { text: bare, family, dotted: digits.toUpperCase().split('').join('.') };
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const v4 = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const text = v4
    ? `${v4[1]}${(Number(v4[2]) * 256 + Number(v4[3])).toString(16)}:${(Number(v4[4]) * 256 + Number(v4[5])).toString(16)}`
    : address;
  const [left = '', right] = text.split('::');
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const head = parse(left);
  if (right === undefined) return head;
  const tail = parse(right);
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

/** Both are addresses; `false` where they are of different families. */
export function isWithin(
  client: ClientAddress,
  network: string,
  prefix: number | DualPrefix = { v4: 32, v6: 128 },
): boolean {
  const family = isIP(network);
  if (family !== client.family) return false;
  const bits = typeof prefix === 'number' ? prefix : family === 4 ? prefix.v4 : prefix.v6;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, bits, type);
  return list.check(client.text, type);
}
