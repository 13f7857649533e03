/**
 * The MX endpoint of all tenants: attribution, who may relay, and what strangers are refused. A message of a connector
 * goes anywhere; any other only to recipients hosted here ("How to set up a multifunction device", Direct Send).
 */
import { isIPv6 } from 'node:net';
import type { SandboxClock } from '../clock.ts';
import type { FaultBook } from '../faults.ts';
import type { Endpoint, Refusal } from '../smtp/endpoint.ts';
import type { SmtpSession } from '../smtp/session.ts';
import type { Transaction } from '../smtp/transaction.ts';
import { listed, type Switches } from '../switches.ts';
import type { Directory } from '../tenant/directory.ts';
import { domainOf } from '../tenant/directory.ts';
import { type Attribution, attribute, type ConnectionFacts } from './attribution.ts';
import { judgeAuthentication } from './authentication.ts';
import { believedNames } from './certificate-names.ts';
import { refuseByPartner } from './partner.ts';
import { mxReplies as replies, noIpv6, noReverseName, unknownRecipient } from './replies.ts';
import type { Zone } from './zone.ts';

export interface MxContext {
  readonly directory: Directory;
  readonly switches: Switches;
  readonly clock: SandboxClock;
  readonly faults: FaultBook;
  readonly caPem: string;
  readonly zone: Zone;
  /** Host names by IP address: what reverse look-ups find. */
  readonly reverse: ReadonlyMap<string, string>;
}

/** {ndr}: more than this many recipients of one domain in one transaction are refused. */
const recipientsOfDomainMax = 200;

export function mxEndpoint(context: MxContext): Endpoint {
  const seen = new Set<string>();
  const attributions = new WeakMap<Transaction, Attribution>();
  const factsOf = (session: SmtpSession): ConnectionFacts => ({
    address: session.clientAddress,
    names: session.tls
      ? believedNames(session.tls, {
          caPem: context.caPem,
          now: context.clock.now(),
          purposeRequired: context.switches.current.clientAuthPurposeRequired,
          seen,
        })
      : [],
  });
  const attributionOf = (session: SmtpSession, transaction: Transaction): Attribution => {
    const known = attributions.get(transaction);
    if (known !== undefined) return known;
    const { disabledConnectors } = context.switches.current;
    const question = { facts: factsOf(session), from: transaction.from };
    const found = attribute(context.directory, disabledConnectors, question);
    attributions.set(transaction, found);
    if (found.kind === 'connector') {
      transaction.tenantId = found.tenant.id;
      transaction.connector = found.connector;
    }
    return found;
  };
  return {
    route: 'mx',
    mechanisms: [],
    commands: new Map(),
    judgeSender: () => undefined,
    judgeRecipient: (session, transaction, address) => {
      const fault = context.faults.standing(context.switches.current.mxFault, address, session.clientAddress);
      if (fault !== undefined) return fault;
      if (isOneTooMany(transaction, address)) return replies.tooManyOfDomain;
      const attribution = attributionOf(session, transaction);
      return attribution.kind === 'connector'
        ? refuseUnknown(context, address)
        : judgeAnonymous(context, {
            facts: factsOf(session),
            transaction,
            address,
            nearly: attribution.nearly,
          });
    },
    judgeContent: (session, transaction, content) => {
      const anonymous = attributionOf(session, transaction).kind === 'anonymous';
      const client = session.clientAddress;
      const helo = session.helo ?? '';
      return judgeAuthentication(context.zone, { client, helo, transaction, content, anonymous });
    },
  };
}

function isOneTooMany({ recipients }: Transaction, address: string): boolean {
  const domain = domainOf(address);
  return (
    recipients.filter((recipient) => domainOf(recipient.address) === domain).length >= recipientsOfDomainMax
  );
}

/** Directory-Based Edge Blocking: in an authoritative domain an address that nobody has is refused. */
function refuseUnknown({ directory }: MxContext, address: string): Refusal {
  const tenant = directory.tenantOfAddress(address);
  const domain = tenant?.domains.find(({ name }) => name.toLowerCase() === domainOf(address));
  if (domain === undefined || domain.type === 'InternalRelay') return undefined;
  return directory.recipientExists(address) ? undefined : unknownRecipient(address);
}

interface AnonymousQuestion {
  readonly facts: ConnectionFacts;
  readonly transaction: Transaction;
  readonly address: string;
  readonly nearly: boolean;
}

function judgeAnonymous(context: MxContext, question: AnonymousQuestion): Refusal {
  const { facts, transaction, address, nearly } = question;
  // RFC 5321 4.5.1: postmaster without a domain is always a recipient.
  if (!address.includes('@')) return undefined;
  const tenant = context.directory.tenantOfAddress(address);
  if (tenant === undefined) return nearly ? replies.attr36 : replies.relayDenied;
  if (tenant.licences === 0) return replies.noSubscription;
  if (isIPv6(facts.address)) {
    if (!context.reverse.has(facts.address)) return noReverseName(facts.address);
    const domain = tenant.domains.find(({ name }) => name.toLowerCase() === domainOf(address));
    if (domain?.ipv6 === false) return noIpv6(domain.name);
  }
  const partner = refuseByPartner(tenant, context.switches.current.disabledConnectors, {
    facts,
    from: transaction.from,
  });
  if (partner !== undefined) return partner;
  // Only the envelope is looked at, not the From field.
  const own = context.directory.tenantOfAddress(transaction.from) === tenant;
  if (own && listed(context.switches.current.rejectDirectSendTenants, tenant.id)) return replies.directSend;
  transaction.tenantId ??= tenant.id;
  return refuseUnknown(context, address);
}
