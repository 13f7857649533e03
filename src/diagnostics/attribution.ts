/**
 * How Exchange Online would take a message that comes by a route of ours: whose it is, and whether it is internal. Pure.
 *
 * https://learn.microsoft.com/exchange/mail-flow-best-practices/use-connectors-to-configure-mail-flow/inbound-connector-faq :
 * mail is attributed to a tenant by the certificate of an inbound connector of type OnPremises first, then by the public
 * address; for relay to others the sender's domain or that of the certificate must be an accepted domain of the tenant.
 */
import type { ConnectorRule } from '../policy/policy.ts';
import type { Mailbox, ReversePath } from '../protocol/address.ts';

export interface Attribution {
  readonly rule: string;
  /** Sentences without the last full stop. */
  readonly explanation: string;
}

export function attributionOf(
  { config }: ConnectorRule,
  sender: ReversePath,
  recipient: Mailbox,
): Attribution {
  const { route } = config;
  const accepted = config.tenant?.acceptedDomains ?? [];
  const isInternal = accepted.includes(recipient.domainKey);
  const reach =
    accepted.length === 0
      ? ''
      : `; ${recipient.domain} is ${isInternal ? 'an accepted domain, so the mail stays in the tenant' : 'no accepted domain, so the tenant relays it outside'}`;
  const claim = senderClaim(sender, accepted);
  switch (route.type) {
    case 'exchange-online': {
      const byCertificate = route.certificate !== undefined;
      const how = byCertificate
        ? 'Exchange Online knows the tenant by the name in our client certificate, where an inbound connector of type OnPremises names it'
        : 'Exchange Online knows the tenant by our public address, where an inbound connector of type OnPremises lists it';
      return { rule: byCertificate ? 'by-certificate' : 'by-address', explanation: `${how}${claim}${reach}` };
    }
    case 'smtp-submission':
      return {
        rule: 'by-login',
        explanation: `${route.service} knows the mailbox ${route.mailbox ?? 'of the login'}${sendAs(route.mailbox, sender)}${reach}`,
      };
    case 'graph':
      return {
        rule: 'by-application',
        explanation: `Graph sends from the mailbox ${route.mailbox}${sendAs(route.mailbox, sender)}${reach}`,
      };
    case 'smart-host':
      return {
        rule: 'smart-host',
        explanation: 'the smart host decides; Microsoft 365 sees its address, not ours',
      };
    case 'mx':
      return {
        rule: 'anonymous',
        explanation:
          'the mail goes to the hosts in DNS as that of anybody: what is not for a mailbox there is refused, and SPF is judged by our public address',
      };
    default:
      return route satisfies never;
  }
}

function senderClaim(sender: ReversePath, accepted: readonly string[]): string {
  if (accepted.length === 0) return '';
  if (sender === null)
    return '; the null sender has no domain, so the name in the certificate must be an accepted domain';
  return accepted.includes(sender.domainKey)
    ? `; ${sender.domain} of the sender is an accepted domain`
    : `; ${sender.domain} of the sender is no accepted domain, so relaying outside needs one in the certificate`;
}

function sendAs(mailbox: string | undefined, sender: ReversePath): string {
  if (mailbox === undefined || sender === null || sender.key === mailbox.toLowerCase()) return '';
  return `, which needs Send As for ${sender.text}`;
}
