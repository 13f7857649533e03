/**
 * Name service as the relay needs it: answers are values, because "there is no such name" and "nobody
 * answered" lead to opposite ends of a message. Names asked for and records received are untrusted; every
 * question has an end (`timeoutMs` times `tries` for each server).
 */
import { Resolver, lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { IpVersion, NetAddress } from './net.ts';
import { matchesVersion, parseHostPort } from './net.ts';

export type DnsAnswer<T> =
  | { readonly kind: 'records'; readonly records: readonly T[] }
  /** NXDOMAIN. */
  | { readonly kind: 'no-name' }
  /** The name exists, records of this type do not. */
  | { readonly kind: 'no-data' }
  /** SERVFAIL, REFUSED, a malformed answer, or none in time: ask again later. */
  | { readonly kind: 'failed'; readonly code: string };

export interface MxRecord {
  readonly exchange: string;
  readonly preference: number;
}

export interface Dns {
  mx(domain: string): Promise<DnsAnswer<MxRecord>>;
  /** A and AAAA records, asked of DNS alone. */
  addresses(host: string, version: IpVersion): Promise<DnsAnswer<NetAddress>>;
  /** Addresses as the system knows them, its hosts file included; an address is its own answer. */
  lookup(host: string, version: IpVersion): Promise<DnsAnswer<NetAddress>>;
  /** One entry a record, its strings joined (RFC 7208 3.3). */
  txt(name: string): Promise<DnsAnswer<string>>;
  /** The name that an alias leads to; `no-data` where the name is none. */
  cname(name: string): Promise<DnsAnswer<string>>;
  /** Names of an address, which whoever runs its reverse zone chooses. */
  ptr(address: string): Promise<DnsAnswer<string>>;
}

export interface DnsOptions {
  /** `address` or `address:port`; absent: the system's. Then `lookup` asks them too. */
  readonly nameservers?: readonly string[];
  readonly timeoutMs?: number;
  readonly tries?: number;
}

/** Throws `TypeError` on a name server that is no address. */
export function createDns(options: DnsOptions = {}): Dns {
  const resolver = new Resolver({ timeout: options.timeoutMs ?? 5_000, tries: options.tries ?? 3 });
  const nameservers = options.nameservers;
  if (nameservers) resolver.setServers(nameservers.map(checkedServer));

  const addresses = async (host: string, version: IpVersion): Promise<DnsAnswer<NetAddress>> => {
    const questions: Promise<DnsAnswer<NetAddress>>[] = [];
    if (matchesVersion(4, version)) questions.push(ask(resolver.resolve4(host), toAddress(4)));
    if (matchesVersion(6, version)) questions.push(ask(resolver.resolve6(host), toAddress(6)));
    return mergeAnswers(await Promise.all(questions));
  };
  return {
    mx: (domain) =>
      ask(resolver.resolveMx(domain), ({ exchange, priority }) => ({ exchange, preference: priority })),
    addresses,
    txt: (name) => ask(resolver.resolveTxt(name), (strings) => strings.join('')),
    cname: (name) => ask(resolver.resolveCname(name), (alias) => alias.replace(/\.$/, '')),
    ptr: (address) => ask(resolver.reverse(address), (name) => name.replace(/\.$/, '')),
    async lookup(host, version) {
      const family = isIP(host);
      if (family !== 0) {
        return matchesVersion(family, version)
          ? { kind: 'records', records: [{ address: host, family: family === 6 ? 6 : 4 }] }
          : { kind: 'no-data' };
      }
      if (nameservers) return addresses(host, version);
      const found = await ask(
        lookup(host, { all: true, family: version === 'any' ? 0 : Number(version) }),
        ({ address, family: given }): NetAddress => ({ address, family: given === 6 ? 6 : 4 }),
      );
      return found.kind === 'records' && found.records.length === 0 ? { kind: 'no-data' } : found;
    },
  };
}

function checkedServer(text: string): string {
  const server = isIP(text) === 6 ? { host: text, port: 53 } : parseHostPort(text, 53);
  if (!server || isIP(server.host) === 0) throw new TypeError(`name server is no address: ${text}`);
  return isIP(server.host) === 6 ? `[${server.host}]:${server.port}` : `${server.host}:${server.port}`;
}

async function ask<Raw, T>(
  question: Promise<readonly Raw[]>,
  convert: (raw: Raw) => T,
): Promise<DnsAnswer<T>> {
  try {
    const records = await question;
    return records.length === 0 ? { kind: 'no-data' } : { kind: 'records', records: records.map(convert) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'EUNKNOWN';
    if (code === 'ENOTFOUND') return { kind: 'no-name' };
    if (code === 'ENODATA') return { kind: 'no-data' };
    return { kind: 'failed', code };
  }
}

function toAddress(family: 4 | 6): (address: string) => NetAddress {
  return (address) => ({ address, family });
}

/** One kind of address is enough; without any, a failure outweighs a "no", since it may hide an address. */
function mergeAnswers(answers: readonly DnsAnswer<NetAddress>[]): DnsAnswer<NetAddress> {
  const records = answers.flatMap((answer) => (answer.kind === 'records' ? answer.records : []));
  if (records.length > 0) return { kind: 'records', records };
  return (
    answers.find((answer) => answer.kind === 'failed') ??
    answers.find((answer) => answer.kind === 'no-data') ?? { kind: 'no-name' }
  );
}
