/**
 * SPF for every message, and what follows from it for strangers. DKIM signatures are not verified here: a message that
 * bears one gets the benefit of the doubt where a signature would have helped.
 */
import { isIPv6 } from 'node:net';
import { headerAddresses, headerFields } from '../mail/header.ts';
import type { Refusal } from '../smtp/endpoint.ts';
import type { Transaction } from '../smtp/transaction.ts';
import { domainOf } from '../tenant/directory.ts';
import { dmarcReject, unauthenticatedIpv6 } from './replies.ts';
import { checkSpf } from './spf.ts';
import type { SpfResult } from './spf-record.ts';
import type { Zone } from './zone.ts';

export function judgeAuthentication(
  zone: Zone,
  given: {
    readonly client: string;
    /** What EHLO said. */
    readonly helo: string;
    readonly transaction: Transaction;
    readonly content: Buffer;
    readonly anonymous: boolean;
  },
): Refusal {
  const { client, helo, transaction, content } = given;
  const spf: SpfResult =
    transaction.from === '' ? 'none' : checkSpf(zone, { sender: transaction.from, address: client, helo });
  transaction.spf = spf;
  if (!given.anonymous || headerFields(content).some(({ name }) => name === 'dkim-signature'))
    return undefined;
  if (isIPv6(client) && spf !== 'pass') return unauthenticatedIpv6(client);
  const [from] = headerAddresses(content, 'from');
  if (from === undefined) return undefined;
  const domain = domainOf(from);
  const policy = zone.find(`_dmarc.${domain}`, 'txt').find((text) => /^v=DMARC1\b/i.test(text));
  if (policy === undefined || !/;\s*p=reject\b/i.test(policy)) return undefined;
  // RFC 7489 3.1.2, relaxed: the envelope's domain is the same, or one is below the other.
  const aligned = isAligned(domain, domainOf(transaction.from));
  return spf === 'pass' && aligned ? undefined : dmarcReject(domain);
}

function isAligned(a: string, b: string): boolean {
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}
