/** The grammar of an SPF record (RFC 7208 4.5, 4.6, 5, 6 and 12). Pure; a fault anywhere makes the whole record faulty. */
import { isIP } from 'node:net';
import { MacroError, parseMacroString } from './macro.ts';
import type { MacroString } from './macro.ts';

export type Qualifier = 'pass' | 'fail' | 'softfail' | 'neutral';

/** `prefix` lengths of `a` and `mx`: bits that count of an IPv4 and of an IPv6 address. */
export interface DualPrefix {
  readonly v4: number;
  readonly v6: number;
}

export type Mechanism =
  | { readonly kind: 'all' }
  | { readonly kind: 'include'; readonly target: MacroString }
  | { readonly kind: 'exists'; readonly target: MacroString }
  /** Without a target the domain that is being judged is meant. */
  | { readonly kind: 'a'; readonly target: MacroString | undefined; readonly prefix: DualPrefix }
  | { readonly kind: 'mx'; readonly target: MacroString | undefined; readonly prefix: DualPrefix }
  | { readonly kind: 'ptr'; readonly target: MacroString | undefined }
  | { readonly kind: 'ip4'; readonly network: string; readonly prefix: number }
  | { readonly kind: 'ip6'; readonly network: string; readonly prefix: number };

export interface Directive {
  readonly qualifier: Qualifier;
  readonly mechanism: Mechanism;
  /** As written. */
  readonly text: string;
}

export interface SpfRecord {
  readonly directives: readonly Directive[];
  readonly redirect?: MacroString;
  readonly exp?: MacroString;
}

/** What is wrong with a record; the message names the term. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

const versionText = 'v=spf1';

/** RFC 7208 4.5: the version is followed by a space or by nothing. */
export function isSpfRecord(text: string): boolean {
  const head = text.slice(0, versionText.length).toLowerCase();
  return head === versionText && (text.length === versionText.length || text[versionText.length] === ' ');
}

/** Throws RecordError. */
export function parseRecord(text: string): SpfRecord {
  const directives: Directive[] = [];
  const modifiers = new Map<string, MacroString>();
  for (const term of text.slice(versionText.length).split(' ')) {
    if (term === '') continue;
    try {
      const modifier = /^([A-Za-z][A-Za-z0-9._-]*)=(.*)$/s.exec(term);
      if (modifier) addModifier(modifiers, modifier[1] as string, modifier[2] as string);
      else directives.push(parseDirective(term));
    } catch (error) {
      if (error instanceof MacroError || error instanceof RecordError) {
        throw new RecordError(`the term ${printable(term)} is not right: ${error.message}`);
      }
      throw error;
    }
  }
  const redirect = modifiers.get('redirect');
  const exp = modifiers.get('exp');
  return { directives, ...(redirect && { redirect }), ...(exp && { exp }) };
}

function addModifier(modifiers: Map<string, MacroString>, name: string, value: string): void {
  const known = name.toLowerCase();
  if (known !== 'redirect' && known !== 'exp') {
    // RFC 7208 6: an unknown modifier is ignored, yet it must be well formed.
    parseMacroString(value, 'any');
    return;
  }
  // RFC 7208 6: each at most once.
  if (modifiers.has(known)) throw new RecordError(`${known} stands twice`);
  modifiers.set(known, parseMacroString(value, 'domain'));
}

const qualifiers = new Map<string, Qualifier>([
  ['+', 'pass'],
  ['-', 'fail'],
  ['~', 'softfail'],
  ['?', 'neutral'],
]);

function parseDirective(term: string): Directive {
  const qualifier = qualifiers.get(term[0] as string);
  const rest = qualifier === undefined ? term : term.slice(1);
  return { qualifier: qualifier ?? 'pass', mechanism: parseMechanism(rest), text: term };
}

function parseMechanism(text: string): Mechanism {
  const [, rawName = '', argument] = /^([A-Za-z0-9._-]*)(.*)$/s.exec(text) ?? [];
  const name = rawName.toLowerCase();
  const rest = argument ?? '';
  switch (name) {
    case 'all':
      if (rest !== '') throw new RecordError('all takes nothing after it');
      return { kind: 'all' };
    case 'include':
    case 'exists':
      if (rest[0] !== ':') throw new RecordError(`${name} needs a domain after a colon`);
      return { kind: name, target: parseMacroString(rest.slice(1), 'domain') };
    case 'a':
    case 'mx': {
      const { target, prefix } = splitDualPrefix(rest);
      return { kind: name, target: optionalTarget(target), prefix };
    }
    case 'ptr':
      return { kind: 'ptr', target: optionalTarget(rest) };
    case 'ip4':
    case 'ip6':
      return parseNetwork(name, rest);
    default:
      throw new RecordError('there is no mechanism of this name');
  }
}

function optionalTarget(text: string): MacroString | undefined {
  if (text === '') return undefined;
  if (text[0] !== ':') throw new RecordError('a domain is written after a colon');
  return parseMacroString(text.slice(1), 'domain');
}

/** RFC 7208 5.6: `/` and IPv4 bits, `//` and IPv6 bits, each at the end, in this order. */
function splitDualPrefix(text: string): { target: string; prefix: DualPrefix } {
  const found = /^(.*?)(?:\/(\d+))?(?:\/\/(\d+))?$/s.exec(text);
  const [, target = '', v4, v6] = found ?? [];
  return { target, prefix: { v4: bits(v4, 32), v6: bits(v6, 128) } };
}

function bits(text: string | undefined, most: number): number {
  if (text === undefined) return most;
  if (!/^(?:0|[1-9]\d{0,2})$/.test(text) || Number(text) > most) {
    throw new RecordError(`a prefix length is 0 to ${most} without leading zeros`);
  }
  return Number(text);
}

function parseNetwork(kind: 'ip4' | 'ip6', text: string): Mechanism {
  const [, network = '', prefix] = /^:([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  const family = kind === 'ip4' ? 4 : 6;
  if (isIP(network) !== family || network.includes('%')) {
    throw new RecordError(`${kind} needs an IPv${family} address after a colon`);
  }
  return { kind, network, prefix: bits(prefix, family === 4 ? 32 : 128) };
}

/** A term for people, whatever octets it is made of. */
function printable(term: string): string {
  return JSON.stringify(term.length > 80 ? `${term.slice(0, 80)}…` : term);
}
