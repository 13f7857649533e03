/** Dated changes of Microsoft 365, and of certificates, that concern a relay. State of knowledge: November 2026. */
import type { Mark } from './limits.ts';

export type Route = 'exchange-online' | 'direct-send' | 'smtp-submission' | 'high-volume-email' | 'graph';

export interface Change {
  /** First day on which it is or was in force, RFC 3339 full-date. */
  readonly from: string;
  /** Last day of a change that comes by stages. */
  readonly until?: string;
  /** What of `from` is known; a `half-year` or `year` begins on the day given. */
  readonly precision: 'day' | 'month' | 'half-year' | 'year';
  readonly what: string;
  readonly concerns: readonly Route[];
  readonly mark: Mark;
  readonly source: string;
  /** It was announced and then called off. */
  readonly cancelled?: true;
}

export const changes: readonly Change[] = [
  {
    from: '2017-07-05',
    precision: 'day',
    what: 'Relay attempts that belong to no tenant are refused with ATTR36.',
    concerns: ['exchange-online'],
    mark: 'official',
    source: 'https://learn.microsoft.com/exchange/troubleshoot/email-delivery/office-365-notice',
  },
  {
    from: '2023-11-01',
    precision: 'day',
    what: "Relay needs an accepted domain in the envelope sender or in the client certificate; the header's From no longer counts.",
    concerns: ['exchange-online'],
    mark: 'official',
    source:
      'https://techcommunity.microsoft.com/blog/exchange/updated-requirements-for-smtp-relay-through-exchange-online/3851357',
  },
  {
    from: '2024-10-16',
    precision: 'day',
    what: 'Accepted domains get AAAA records (MC835648); connectors know IPv4 only.',
    concerns: ['exchange-online', 'direct-send'],
    mark: 'official',
    source:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/mail-flow-inbound-ipv6-support-about',
  },
  {
    from: '2025-04-01',
    until: '2025-07-30',
    precision: 'month',
    what: 'Tenant External Recipient Rate Limit is enforced by stages (MC1023294); the largest stage was reported as paused.',
    concerns: ['exchange-online', 'smtp-submission', 'graph'],
    mark: 'unconfirmed',
    source: 'https://techcommunity.microsoft.com/blog/exchange (4372797)',
  },
  {
    from: '2025-05-05',
    precision: 'day',
    what: 'Consumer Outlook.com asks SPF, DKIM and DMARC of domains with 5,000 or more messages a day (5.7.515).',
    concerns: ['exchange-online', 'direct-send', 'smtp-submission', 'graph'],
    mark: 'official',
    source: 'Microsoft Defender for Office 365 blog, requirements for high-volume senders',
  },
  {
    from: '2025-06-01',
    precision: 'month',
    what: 'High Volume Email no longer sends to external recipients.',
    concerns: ['high-volume-email'],
    mark: 'official',
    source: 'https://learn.microsoft.com/exchange/mail-flow-best-practices/high-volume-mails-m365',
  },
  {
    from: '2025-09-01',
    precision: 'month',
    what: 'RejectDirectSend is generally available (MC1093237): anonymous mail from an accepted domain gets 5.7.68.',
    concerns: ['direct-send'],
    mark: 'official',
    source:
      'https://techcommunity.microsoft.com/blog/exchange/introducing-more-control-over-direct-send-in-exchange-online/4408790',
  },
  {
    from: '2025-10-15',
    until: '2026-06-01',
    precision: 'day',
    what: 'Senders of onmicrosoft.com: 100 external recipients a tenant in 24 hours (5.7.236), by stages from trial tenants to the largest.',
    concerns: ['exchange-online', 'smtp-submission', 'graph'],
    mark: 'official',
    source:
      'https://techcommunity.microsoft.com/blog/exchange/limiting-onmicrosoft-domain-usage-for-sending-emails/4446167',
  },
  {
    from: '2025-11-01',
    precision: 'month',
    what: 'SMTP.SendAsApp can be limited to mailboxes by RBAC for Applications (MC1158911).',
    concerns: ['smtp-submission'],
    mark: 'community',
    source: 'MC1158911',
  },
  {
    from: '2026-01-06',
    precision: 'day',
    what: 'The limit of 2,000 external recipients a day for each mailbox is called off.',
    concerns: ['smtp-submission', 'graph'],
    mark: 'community',
    source: 'https://petri.com/exchange-online-cancels-external-recipient-limit',
    cancelled: true,
  },
  {
    from: '2026-02-04',
    precision: 'day',
    what: 'Order of attribution and anti-patterns are stated again (MC1226222): one certificate and one connector for each tenant.',
    concerns: ['exchange-online'],
    mark: 'official',
    source: 'MC1226222',
  },
  {
    from: '2026-03-31',
    precision: 'day',
    what: 'High Volume Email is generally available (MC1243552); billed from 1 June 2026, each account needs a billing policy.',
    concerns: ['high-volume-email'],
    mark: 'official',
    source: 'MC1243552',
  },
  {
    from: '2026-07-01',
    until: '2026-12-31',
    precision: 'day',
    what: 'Old TLS endpoints of POP and IMAP are retired (MC1293480); no notice names smtp-legacy.',
    concerns: ['smtp-submission'],
    mark: 'official',
    source: 'MC1293480',
  },
  {
    from: '2026-07-01',
    precision: 'half-year',
    what: 'MX hosts of newly added accepted domains stand under mx.microsoft (MC1048624); the date has moved often.',
    concerns: ['exchange-online', 'direct-send'],
    mark: 'unconfirmed',
    source: 'MC1048624',
  },
  {
    from: '2026-07-08',
    precision: 'day',
    what: "Let's Encrypt issues no certificates for client authentication any more.",
    concerns: ['exchange-online'],
    mark: 'official',
    source: 'https://letsencrypt.org (ending TLS client authentication)',
  },
  {
    from: '2026-12-31',
    precision: 'month',
    what: 'SMTP AUTH with a password is off by default in existing tenants; administrators may switch it on again. Newer tenants do not have it by default.',
    concerns: ['smtp-submission'],
    mark: 'official',
    source:
      'https://techcommunity.microsoft.com/blog/exchange/updated-exchange-online-smtp-auth-basic-authentication-deprecation-timeline/4489835',
  },
  {
    from: '2027-03-01',
    precision: 'day',
    what: 'DigiCert issues no public TLS certificates for client authentication any more.',
    concerns: ['exchange-online'],
    mark: 'community',
    source: 'https://knowledge.digicert.com (sunset of client authentication)',
  },
  {
    from: '2027-03-15',
    precision: 'day',
    what: "Chrome's root programme: new public certificates are for servers only. Whether a connector takes such a certificate of a client is not known.",
    concerns: ['exchange-online'],
    mark: 'community',
    source: 'Chrome Root Program Policy 1.8',
  },
  {
    from: '2027-07-01',
    precision: 'half-year',
    what: 'Microsoft announces the day on which SMTP AUTH with a password ends for good.',
    concerns: ['smtp-submission'],
    mark: 'official',
    source:
      'https://techcommunity.microsoft.com/blog/exchange/updated-exchange-online-smtp-auth-basic-authentication-deprecation-timeline/4489835',
  },
  {
    from: '2028-09-01',
    precision: 'month',
    what: 'High Volume Email with a password ends.',
    concerns: ['high-volume-email'],
    mark: 'community',
    source: 'https://petri.com (High Volume Email)',
  },
];

/** What is still to come, or comes by stages, on a day (RFC 3339 full-date); the next one first. */
export function changesAhead(day: string, route?: Route): readonly Change[] {
  return changes.filter(
    ({ from, until, cancelled, concerns }) =>
      !cancelled && (until ?? from) >= day && (route === undefined || concerns.includes(route)),
  );
}
