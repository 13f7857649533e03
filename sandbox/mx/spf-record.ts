/** The text of an SPF record as terms (RFC 7208 4.6.1 and 12); a fault anywhere spoils the whole record (4.6). Pure. */
import { isIPv4, isIPv6 } from 'node:net';
import { isDomainSpec, isMacroString } from './spf-macros.ts';

export type SpfResult = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'permerror';

export interface SpfRecord {
  readonly directives: readonly Directive[];
  readonly redirect?: string;
}

export interface Directive {
  readonly result: SpfResult;
  readonly mechanism: Mechanism;
}

export type Mechanism =
  | { readonly kind: 'all' }
  | { readonly kind: 'include' | 'exists'; readonly domain: string }
  /** An absent domain is the one that is asked about. */
  | { readonly kind: 'a' | 'mx'; readonly domain?: string; readonly bits4: number; readonly bits6: number }
  | { readonly kind: 'ptr' }
  | {
      readonly kind: 'ip';
      readonly family: 'ipv4' | 'ipv6';
      readonly network: string;
      readonly bits: number;
    };

const results = new Map<string, SpfResult>([
  ['+', 'pass'],
  ['-', 'fail'],
  ['~', 'softfail'],
  ['?', 'neutral'],
]);

export function isSpfRecord(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/** `undefined`: a permanent error. */
export function parseSpfRecord(text: string): SpfRecord | undefined {
  const directives: Directive[] = [];
  const once = new Map<string, string>();
  for (const term of text.split(/ +/).slice(1)) {
    if (term === '') continue;
    const modifier = /^([a-z][a-z0-9._-]*)=(.*)$/i.exec(term);
    if (modifier) {
      if (!addModifier(once, (modifier[1] ?? '').toLowerCase(), modifier[2] ?? '')) return undefined;
      continue;
    }
    const directive = parseDirective(term);
    if (directive === undefined) return undefined;
    directives.push(directive);
  }
  const redirect = once.get('redirect');
  return { directives, ...(redirect !== undefined && { redirect }) };
}

/** RFC 7208 6: `redirect` and `exp` may stand once; other names mean nothing, but their macros must be right. */
function addModifier(once: Map<string, string>, name: string, value: string): boolean {
  if (name !== 'redirect' && name !== 'exp') return isMacroString(value);
  if (once.has(name) || !isDomainSpec(value)) return false;
  once.set(name, value);
  return true;
}

function parseDirective(term: string): Directive | undefined {
  const [, qualifier = '', name = '', rest = ''] = /^([+~?-]?)([a-z][a-z0-9]*)(.*)$/i.exec(term) ?? [];
  const mechanism = parseMechanism(name.toLowerCase(), rest);
  const result = results.get(qualifier === '' ? '+' : qualifier);
  return mechanism && result && { result, mechanism };
}

function parseMechanism(name: string, rest: string): Mechanism | undefined {
  switch (name) {
    case 'all':
      return rest === '' ? { kind: 'all' } : undefined;
    case 'include':
    case 'exists': {
      const domain = rest.slice(1);
      return rest.startsWith(':') && isDomainSpec(domain) ? { kind: name, domain } : undefined;
    }
    case 'a':
    case 'mx':
      return parseHosts(name, rest);
    case 'ptr':
      return rest === '' || (rest.startsWith(':') && isDomainSpec(rest.slice(1)))
        ? { kind: 'ptr' }
        : undefined;
    case 'ip4':
    case 'ip6':
      return parseNetwork(name === 'ip4' ? 'ipv4' : 'ipv6', rest);
    default:
      return undefined;
  }
}

/** RFC 7208 5.6: dual-cidr-length is `/24`, `//64` or `/24//64`, without leading zeros. */
function parseHosts(kind: 'a' | 'mx', rest: string): Mechanism | undefined {
  const [, named = '', four, six] = /^(.*?)(?:\/(0|[1-9]\d?))?(?:\/\/(0|[1-9]\d{0,2}))?$/.exec(rest) ?? [];
  const [bits4, bits6] = [Number(four ?? 32), Number(six ?? 128)];
  if (bits4 > 32 || bits6 > 128) return undefined;
  if (named === '') return { kind, bits4, bits6 };
  const domain = named.slice(1);
  return named.startsWith(':') && isDomainSpec(domain) ? { kind, domain, bits4, bits6 } : undefined;
}

function parseNetwork(family: 'ipv4' | 'ipv6', rest: string): Mechanism | undefined {
  const [, network = '', bits] = /^:([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(rest) ?? [];
  const max = family === 'ipv4' ? 32 : 128;
  if (!(family === 'ipv4' ? isIPv4(network) : isIPv6(network)) || Number(bits ?? max) > max) return undefined;
  return { kind: 'ip', family, network, bits: Number(bits ?? max) };
}
