/** Refusals of the MX endpoint, worded as recorded in public material. */
const clean = (text: string): string => text.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 254);

export const mxReplies = {
  /** "Relay access denied ATTR36" (Microsoft Support, relay-access-denied-attr36-ndr). */
  attr36:
    '550 5.7.64 Relay Access Denied ATTR36. For more details please refer to: https://support.microsoft.com/kb/3169958',
  /** KB3212877. */
  relayDenied: '550 5.7.64 TenantAttribution; Relay Access Denied',
  /** "Introducing more control over Direct Send in Exchange Online". */
  directSend:
    '550 5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources',
  partner:
    "550 5.7.51 TenantInboundAttribution; There is a partner connector configured that matched the message's recipient domain. The connector had either the RestrictDomainsToIPAddresses or RestrictDomainsToCertificate set",
  noSubscription:
    '451 4.4.4 Mail received as unauthenticated, incoming to a recipient domain configured in a hosted tenant which has no mail-enabled subscriptions. ATTR5',
  tooManyOfDomain: '452 4.5.3 Too many recipients',
} as const;

/** "Use Directory-Based Edge Blocking". */
export function unknownRecipient(address: string): string {
  return `550 5.4.1 [${clean(address)}]: Recipient address rejected: Access denied`;
}

/** "Support for anonymous inbound email over IPv6". */
export function noReverseName(address: string): string {
  return `450 4.7.25 Service unavailable, sending IPv6 address [${address}] must have reverse DNS record.`;
}

export function unauthenticatedIpv6(address: string): string {
  return `450 4.7.26 Service unavailable, message sent over IPv6 [${address}] must pass either SPF or DKIM validation.`;
}

export function noIpv6(domain: string): string {
  return `550 5.2.1 Service unavailable, [${clean(domain)}] does not accept email over IPv6.`;
}

export function dmarcReject(domain: string): string {
  return `550 5.7.509 Access denied, sending domain [${clean(domain).toUpperCase()}] does not pass DMARC verification and has a DMARC policy of reject.`;
}
