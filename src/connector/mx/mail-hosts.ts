/**
 * Finds the mail hosts of a domain: RFC 5321 5.1, with the null MX of RFC 7505.
 *
 * The answers come from whoever owns the domain, so they are bounded (`mailHostsMax`) and may not lead back to
 * this machine: a domain whose MX is 127.0.0.1 would otherwise make the relay talk to itself or to a neighbour service.
 */
import type { Dns, DnsAnswer } from '../../platform/dns.ts';
import type { IpVersion, NetAddress } from '../../platform/net.ts';
import type { Random } from '../../platform/random.ts';

/** Hosts tried for one domain; RFC 5321 5.1 lets the client set a limit of at least two. */
export const mailHostsMax = 10;

export interface MailHost {
  readonly host: string;
  readonly preference: number;
  readonly addresses: DnsAnswer<NetAddress>;
}

export interface MailHostsFault {
  readonly permanence: 'transient' | 'permanent';
  readonly code: string;
  /** RFC 3463. */
  readonly status: string;
  readonly text: string;
}

export type MailHosts =
  | { readonly kind: 'hosts'; readonly hosts: readonly MailHost[] }
  | { readonly kind: 'failed'; readonly fault: MailHostsFault };

export interface MailHostsQuestion {
  readonly domain: string;
  readonly dns: Dns;
  readonly random: Random;
  readonly ipVersion: IpVersion;
  readonly isOwnAddress: (address: string) => boolean;
}

export async function findMailHosts(question: MailHostsQuestion): Promise<MailHosts> {
  const { domain, dns, ipVersion, random } = question;
  const literal = literalAddress(domain);
  if (literal) {
    return usableHosts(question, [
      { host: literal.address, preference: 0, addresses: { kind: 'records', records: [literal] } },
    ]);
  }
  const answer = await dns.mx(domain);
  switch (answer.kind) {
    case 'failed':
      return failed(
        'transient',
        'dns-failed',
        '4.4.3',
        `the name servers do not answer for the MX of ${domain} (${answer.code})`,
      );
    case 'no-name':
      return failed('permanent', 'domain-not-found', '5.1.2', `the domain ${domain} does not exist`);
    case 'no-data': {
      // RFC 5321 5.1: without MX the domain itself is the host, with preference 0.
      const addresses = await dns.addresses(domain, ipVersion);
      if (addresses.kind === 'no-data' || addresses.kind === 'no-name') {
        return failed(
          'permanent',
          'no-mail-host',
          '5.4.4',
          `the domain ${domain} has neither MX nor address`,
        );
      }
      return usableHosts(question, [{ host: domain, preference: 0, addresses }]);
    }
    case 'records': {
      const named = answer.records.filter(({ exchange }) => exchange !== '' && exchange !== '.');
      // RFC 7505 3: a single MX without a name says that the domain takes no mail.
      if (named.length === 0) {
        return failed(
          'permanent',
          'null-mx',
          '5.1.10',
          `the domain ${domain} says in DNS that it takes no mail (null MX)`,
        );
      }
      const ordered = inOrder(named, random).slice(0, mailHostsMax);
      const hosts = await Promise.all(
        ordered.map(async ({ exchange, preference }) => ({
          host: exchange.replace(/\.$/, ''),
          preference,
          addresses: await dns.addresses(exchange, ipVersion),
        })),
      );
      return usableHosts(question, hosts);
    }
  }
}

/** RFC 5321 5.1: lowest preference first, and equal ones in random order, to spread load. */
function inOrder<T extends { readonly preference: number }>(records: readonly T[], random: Random): T[] {
  return records
    .map((record) => ({ record, draw: random.fraction() }))
    .sort((a, b) => a.record.preference - b.record.preference || a.draw - b.draw)
    .map(({ record }) => record);
}

function usableHosts({ domain, isOwnAddress }: MailHostsQuestion, given: readonly MailHost[]): MailHosts {
  // RFC 5321 5.1: being a mail host of the domain ourselves, only hosts of better preference may be used.
  const ownPreference = Math.min(
    ...given.filter((host) => leadsHome(host, isOwnAddress)).map(({ preference }) => preference),
  );
  const hosts = given.filter(({ preference }) => preference < ownPreference);
  if (hosts.length === 0) {
    return failed(
      'permanent',
      'mail-host-is-this',
      '5.4.6',
      `mail for ${domain} would come back to this machine: its best MX is one of our own addresses`,
    );
  }
  if (hosts.every(({ addresses }) => addresses.kind === 'no-name' || addresses.kind === 'no-data')) {
    const names = hosts.map(({ host }) => host).join(', ');
    return failed(
      'permanent',
      'no-mail-host',
      '5.4.4',
      `no mail host of ${domain} has a usable address (${names})`,
    );
  }
  return { kind: 'hosts', hosts };
}

function leadsHome({ addresses }: MailHost, isOwnAddress: (address: string) => boolean): boolean {
  return addresses.kind === 'records' && addresses.records.some(({ address }) => isOwnAddress(address));
}

/** RFC 5321 4.1.3; the address parser has validated it. */
function literalAddress(domain: string): NetAddress | undefined {
  if (!domain.startsWith('[')) return undefined;
  const inner = domain.slice(1, -1);
  return /^ipv6:/i.test(inner) ? { address: inner.slice(5), family: 6 } : { address: inner, family: 4 };
}

function failed(
  permanence: MailHostsFault['permanence'],
  code: string,
  status: string,
  text: string,
): MailHosts {
  return { kind: 'failed', fault: { permanence, code, status, text } };
}
