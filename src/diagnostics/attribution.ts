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
  switch (route.type) {
    case 'exchange-online':
      return byConnector(route.certificate !== undefined, { accepted, sender, recipient });
    case 'smtp-submission': {
      const takes = { ...submissionTakes, 'exchange-online': reach(accepted, recipient) }[route.service];
      return {
        rule: 'by-login',
        explanation: `${route.service} knows the mailbox ${route.mailbox ?? 'of the login'}${sendAs(route.mailbox, sender)}${takes}`,
      };
    }
    case 'graph':
      return {
        rule: 'by-application',
        explanation: `Graph sends from the mailbox ${route.mailbox}${sendAs(route.mailbox, sender)}${reach(accepted, recipient)}`,
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

/** By the connector relay's two conditions: an inbound connector that fits, and an accepted domain in certificate or sender. */
function byConnector(
  byCertificate: boolean,
  about: { readonly accepted: readonly string[]; readonly sender: ReversePath; readonly recipient: Mailbox },
): Attribution {
  const { accepted, sender, recipient } = about;
  const rule = byCertificate ? 'by-certificate' : 'by-address';
  const how = byCertificate
    ? 'Exchange Online knows the tenant by the name in our client certificate, where an inbound connector of type OnPremises names it and a public CA issued it'
    : 'Exchange Online knows the tenant by our public IPv4 address, where an inbound connector of type OnPremises lists it';
  if (accepted.length === 0) return { rule, explanation: how };
  const isAccepted = sender !== null && accepted.includes(sender.domainKey);
  const claim =
    sender === null
      ? 'the null sender has no domain'
      : `${sender.domain} of the sender is ${isAccepted ? 'an' : 'no'} accepted domain`;
  if (isAccepted || accepted.includes(recipient.domainKey)) {
    return { rule, explanation: `${how}; ${claim}${reach(accepted, recipient)}` };
  }
  const end = byCertificate
    ? 'so the tenant relays it outside only if the domain in the certificate is an accepted one'
    : 'so the tenant does not relay it outside';
  return { rule, explanation: `${how}; ${claim}; ${recipient.domain} is none of the tenant’s, ${end}` };
}

/** Who is reached by the services beside Exchange Online, whatever the domains of the tenant are. */
const submissionTakes = {
  'high-volume-email': '; it takes recipients inside the tenant alone',
  'azure-communication-services':
    '; it is no part of the tenant, and the domain of the sender has to be verified in Azure',
} as const;

function reach(accepted: readonly string[], { domain, domainKey }: Mailbox): string {
  if (accepted.length === 0) return '';
  return accepted.includes(domainKey)
    ? `; ${domain} is an accepted domain, so the mail stays in the tenant`
    : `; ${domain} is no accepted domain, so the tenant sends it outside`;
}

function sendAs(mailbox: string | undefined, sender: ReversePath): string {
  if (mailbox === undefined || sender === null || sender.key === mailbox.toLowerCase()) return '';
  return `, which needs Send As for ${sender.text}`;
}
