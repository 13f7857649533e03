/**
 * How Exchange Online would take a message that comes by a route of ours: whose it is, and whether it is internal. Pure.
 *
 * - Order of attribution of inbound connectors of type OnPremises: domain in the client certificate, then that of MAIL FROM,
 *   then that of RCPT TO; within the tenant a certificate is looked for before an address (MC1226222; "Office 365 message
 *   attribution", techcommunity.microsoft.com/blog/exchange 749143).
 * - Relay to outside: such a connector fits, and the domain in the certificate or that of the envelope sender is an accepted
 *   domain (https://techcommunity.microsoft.com/blog/exchange/updated-requirements-for-smtp-relay-through-exchange-online/3851357).
 * - The certificate is of a public CA; an address is a public IPv4 address of its own, because connectors know no IPv6
 *   (https://learn.microsoft.com/exchange/mail-flow-best-practices/use-connectors-to-configure-mail-flow/inbound-connector-faq).
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
  switch (route.type) {
    case 'exchange-online': {
      const byCertificate = route.certificate !== undefined;
      const how = byCertificate
        ? 'Exchange Online knows the tenant by the name in our client certificate, where an inbound connector of type OnPremises names it and a public CA issued it'
        : 'Exchange Online knows the tenant by our public IPv4 address, where an inbound connector of type OnPremises lists it';
      return { rule: byCertificate ? 'by-certificate' : 'by-address', explanation: `${how}${senderClaim(sender, accepted, byCertificate)}${reach}` };
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
          'the mail goes to the hosts in DNS as that of anybody: what is for no recipient there is refused, SPF is judged by our public address, and a tenant that rejects Direct Send refuses senders of its own domains',
      };
    default:
      return route satisfies never;
  }
}

/** What decides whether mail to outside the tenant is relayed. */
function senderClaim(sender: ReversePath, accepted: readonly string[], byCertificate: boolean): string {
  if (accepted.length === 0) return '';
  const needs = byCertificate
    ? 'so relaying outside needs an accepted domain in the certificate'
    : 'so nothing is relayed outside by an address alone';
  if (sender === null) return `; the null sender has no domain, ${needs}`;
  return accepted.includes(sender.domainKey)
    ? `; ${sender.domain} of the sender is an accepted domain`
    : `; ${sender.domain} of the sender is no accepted domain, ${needs}`;
}

function sendAs(mailbox: string | undefined, sender: ReversePath): string {
  if (mailbox === undefined || sender === null || sender.key === mailbox.toLowerCase()) return '';
  return `, which needs Send As for ${sender.text}`;
}
