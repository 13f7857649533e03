/**
 * Sender Policy Framework (RFC 7208) over a zone that is configured. `ptr` matches nothing: it should not be used (5.5), and
 * the reverse names that are configured say nothing about SPF. Pure.
 */
import { BlockList, isIP } from 'node:net';
import { expand, type MacroFacts } from './spf-macros.ts';
import { isSpfRecord, type Mechanism, parseSpfRecord, type SpfResult } from './spf-record.ts';
import type { RecordType, Zone } from './zone.ts';

export interface SpfQuestion {
  /** Address inside MAIL FROM; with a null reverse-path `postmaster@` the name of EHLO (2.4). */
  readonly sender: string;
  /** Of the client. */
  readonly address: string;
  /** What EHLO said. */
  readonly helo: string;
}

/** RFC 7208 4.6.4: terms that ask DNS, look-ups without an answer, and hosts of one MX. */
const lookupsMax = 10;
const voidLookupsMax = 2;
const hostsMax = 10;

/** Ends the whole check (RFC 7208 2.6.7). */
class PermanentError extends Error {}

export function checkSpf(zone: Zone, question: SpfQuestion): SpfResult {
  const domain = question.sender.slice(question.sender.lastIndexOf('@') + 1);
  try {
    return new Check(zone, question).of(domain);
  } catch (error) {
    if (error instanceof PermanentError) return 'permerror';
    throw error;
  }
}

class Check {
  readonly #zone: Zone;
  readonly #question: SpfQuestion;
  #lookups = 0;
  #voids = 0;

  constructor(zone: Zone, question: SpfQuestion) {
    this.#zone = zone;
    // RFC 7208 5: an IPv4 client of a dual-stack socket is one of IPv4.
    this.#question = { ...question, address: question.address.replace(/^::ffff:(?=\d+\.)/i, '') };
  }

  of(domain: string): SpfResult {
    if (!isName(domain)) return 'none';
    const [text, ...more] = this.#zone.find(domain, 'txt').filter(isSpfRecord);
    if (text === undefined) return 'none';
    const record = more.length === 0 ? parseSpfRecord(text) : undefined;
    if (record === undefined) throw new PermanentError();
    for (const { mechanism, result } of record.directives) {
      if (this.#matches(mechanism, domain)) return result;
    }
    if (record.redirect === undefined) return 'neutral';
    this.#countLookup();
    return this.#existing(this.of(this.#expanded(record.redirect, domain)));
  }

  #matches(mechanism: Mechanism, domain: string): boolean {
    const { address } = this.#question;
    switch (mechanism.kind) {
      case 'all':
        return true;
      case 'ip':
        return inNetwork(address, mechanism.network, mechanism.bits);
      case 'include':
        this.#countLookup();
        return this.#existing(this.of(this.#expanded(mechanism.domain, domain))) === 'pass';
      case 'exists':
        this.#countLookup();
        // RFC 7208 5.7: A even where the client came over IPv6.
        return this.#ask(this.#expanded(mechanism.domain, domain), 'a').length > 0;
      case 'a':
        this.#countLookup();
        return this.#isAddressOf(this.#target(mechanism.domain, domain), mechanism);
      case 'mx':
        this.#countLookup();
        return this.#isExchangeOf(this.#target(mechanism.domain, domain), mechanism);
      case 'ptr':
        this.#countLookup();
        return false;
    }
  }

  #isExchangeOf(name: string, range: Bits): boolean {
    const hosts = this.#ask(name, 'mx');
    if (hosts.length > hostsMax) throw new PermanentError();
    return hosts.some((host) => this.#isAddressOf(host, range));
  }

  #isAddressOf(name: string, { bits4, bits6 }: Bits): boolean {
    const { address } = this.#question;
    const isFour = isIP(address) === 4;
    const bits = isFour ? bits4 : bits6;
    return this.#ask(name, isFour ? 'a' : 'aaaa').some((host) => inNetwork(address, host, bits));
  }

  #ask(name: string, type: RecordType): readonly string[] {
    const found = isName(name) ? this.#zone.find(name, type) : [];
    if (found.length === 0) this.#voids += 1;
    if (this.#voids > voidLookupsMax) throw new PermanentError();
    return found;
  }

  /** RFC 7208 5.2 and 6.1: an include or redirect to nothing is an error. */
  #existing(result: SpfResult): SpfResult {
    if (result === 'none') throw new PermanentError();
    return result;
  }

  #countLookup(): void {
    this.#lookups += 1;
    if (this.#lookups > lookupsMax) throw new PermanentError();
  }

  #target(written: string | undefined, domain: string): string {
    return written === undefined ? domain : this.#expanded(written, domain);
  }

  #expanded(written: string, domain: string): string {
    const { sender, address, helo } = this.#question;
    // RFC 7208 4.3: without a local part it is postmaster.
    const facts: MacroFacts = { sender: sender.replace(/^@/, 'postmaster@'), domain, address, helo };
    return expand(written, facts);
  }
}

interface Bits {
  readonly bits4: number;
  readonly bits6: number;
}

/** RFC 7208 4.3: two labels at least, none empty or longer than 63 octets. */
function isName(name: string): boolean {
  const labels = name.replace(/\.$/, '').split('.');
  return (
    labels.length > 1 && !name.startsWith('[') && labels.every(({ length }) => length > 0 && length <= 63)
  );
}

function inNetwork(address: string, network: string, bits: number): boolean {
  const family = isIP(network);
  if (family === 0 || isIP(address) !== family) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
