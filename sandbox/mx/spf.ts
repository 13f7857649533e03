/**
 * Sender Policy Framework (RFC 7208) over a zone that is configured: `ip4`, `ip6`, `all`, `include` and `redirect`.
 * Mechanisms that would need more of DNS (`a`, `mx`, `exists`, `ptr`) match nothing here. Pure.
 */
import { BlockList, isIP } from 'node:net';

/** TXT records by name, in lower case. */
export type Zone = ReadonlyMap<string, readonly string[]>;

export type SpfResult = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'permerror';

export function zoneOf(records: Readonly<Record<string, readonly string[]>>): Zone {
  return new Map(Object.entries(records).map(([name, texts]) => [name.toLowerCase(), texts]));
}

const qualifiers = new Map<string, SpfResult>([
  ['+', 'pass'],
  ['-', 'fail'],
  ['~', 'softfail'],
  ['?', 'neutral'],
]);

/** RFC 7208 4.6.4. */
const lookupsMax = 10;

export function checkSpf(zone: Zone, domain: string, address: string): SpfResult {
  return check({ zone, address, lookups: { left: lookupsMax } }, domain.toLowerCase());
}

interface Check {
  readonly zone: Zone;
  readonly address: string;
  readonly lookups: { left: number };
}

function check(context: Check, domain: string): SpfResult {
  const records = (context.zone.get(domain) ?? []).filter((text) => /^v=spf1(?: |$)/i.test(text));
  const [record] = records;
  if (record === undefined) return 'none';
  if (records.length > 1) return 'permerror';
  let redirect: string | undefined;
  for (const term of record.split(/ +/).slice(1)) {
    const target = /^redirect=(.+)$/i.exec(term)?.[1];
    if (target !== undefined) redirect = target;
    const [, qualifier = '+', mechanism = '', value] = /^([+~?-])?([a-z0-9]+)(?::(.+))?/i.exec(term) ?? [];
    const matched = matches(context, mechanism.toLowerCase(), value ?? '');
    if (matched === 'permerror') return 'permerror';
    if (matched) return qualifiers.get(qualifier) ?? 'permerror';
  }
  if (redirect === undefined) return 'neutral';
  const result = lookedUp(context, redirect);
  // RFC 7208 6.1: a redirect to nothing is an error.
  return result === 'none' ? 'permerror' : result;
}

function matches(context: Check, mechanism: string, value: string): boolean | 'permerror' {
  switch (mechanism) {
    case 'all':
      return true;
    case 'ip4':
    case 'ip6':
      return inNetwork(value, context.address);
    case 'include': {
      const result = lookedUp(context, value);
      if (result === 'permerror' || result === 'none') return 'permerror';
      return result === 'pass';
    }
    default:
      return false;
  }
}

function lookedUp(context: Check, domain: string): SpfResult {
  context.lookups.left -= 1;
  return context.lookups.left < 0 ? 'permerror' : check(context, domain.toLowerCase());
}

function inNetwork(value: string, address: string): boolean | 'permerror' {
  const [network = '', bits] = value.split('/');
  const family = isIP(network);
  if (family === 0) return 'permerror';
  const prefix = bits === undefined ? (family === 4 ? 32 : 128) : Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > (family === 4 ? 32 : 128)) return 'permerror';
  if (isIP(address) !== family) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
