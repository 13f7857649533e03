/**
 * The five ways out side by side, for who has to choose. Facts, each under learn.microsoft.com:
 * - exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365
 * - exchange/mail-flow-best-practices/high-volume-mails-m365
 * - troubleshoot/exchange/send-emails/smtp-submission-improvements (30 a minute, 3 at once)
 * - defender-office-365/outbound-spam-sending-limits-troubleshoot (10,000 recipients in 24 hours)
 * - azure/communication-services/concepts/service-limits
 * - graph/api/user-sendmail and graph/outlook-large-attachments
 * The limit of external recipients of a tenant (TERRL): techcommunity.microsoft.com 4372797, MC1023294.
 */

export type RouteType = 'exchange-online' | 'smtp-submission' | 'graph' | 'smart-host' | 'mx';

export interface RouteFacts {
  readonly type: RouteType;
  readonly title: string;
  readonly summary: string;
  readonly port: string;
  readonly staticIp: string;
  readonly external: string;
  readonly limits: string;
  readonly content: string;
}

export const factTitles = {
  port: 'Network',
  staticIp: 'Fixed public address',
  external: 'External recipients',
  limits: 'Limits',
  content: 'The message',
} as const;

export const routesCompared: readonly RouteFacts[] = [
  {
    type: 'exchange-online',
    title: 'Exchange Online by inbound connector',
    summary:
      'The usual way for a relay: the tenant knows it by a certificate or an address, no mailbox is needed.',
    port: 'Port 25 outgoing must be open; many clouds and consumer lines close it',
    staticIp: 'Not needed with a certificate; without one a public IPv4 address of its own',
    external: 'Yes, counted by the limit of the tenant',
    limits: 'External recipients of the tenant in 24 hours; other rates are not published',
    content: 'Arrives as it was sent, up to 150 MB; any address of an accepted domain may be the sender',
  },
  {
    type: 'smtp-submission',
    title: 'SMTP submission with a mailbox',
    summary:
      'As a mail program does, with the login of a mailbox; High Volume Email and Azure Communication Services are reached this way too.',
    port: 'Port 587 outgoing (advised), or 25; not 465',
    staticIp: 'Not needed',
    external: 'Yes; High Volume Email reaches only recipients inside the tenant',
    limits:
      '30 messages a minute, 10,000 recipients in 24 hours and 3 connections for a mailbox; High Volume Email has no limit of rate, Azure Communication Services starts at 30 a minute and 100 an hour',
    content:
      'Arrives as it was sent, up to the size the mailbox may send (35 MB unless changed); the sender is the mailbox, others need Send As',
  },
  {
    type: 'graph',
    title: 'Microsoft Graph',
    summary: 'Over HTTPS where every mail port is closed.',
    port: 'Port 443 outgoing only, also through a proxy',
    staticIp: 'Not needed',
    external: 'Yes',
    limits: '30 messages a minute, 10,000 recipients in 24 hours and 4 requests at once for a mailbox',
    content:
      'Recipients are read from To, Cc and Bcc, and a copy stays in Sent Items; above about 2.2 MB the message is rebuilt from a draft',
  },
  {
    type: 'smart-host',
    title: 'Smart host',
    summary: 'Any other SMTP server: a gateway in front, a provider, an Exchange Server.',
    port: 'Port 25, 465 or 587 as that server wants',
    staticIp: 'As that server wants',
    external: 'As that server allows',
    limits: 'Those of that server; set them under Limits',
    content: 'Arrives as it was sent',
  },
  {
    type: 'mx',
    title: 'Direct to the recipients’ servers',
    summary: 'Finds each domain by DNS. Only where the address of this relay has a good name in the world.',
    port: 'Port 25 outgoing to everywhere',
    staticIp: 'Advised, with a reverse name and an entry in SPF',
    external: 'Yes; Microsoft 365 takes mail for its own recipients alone this way (Direct Send)',
    limits: 'Those of the recipients’ servers, which rarely publish them',
    content: 'Arrives as it was sent; Microsoft 365 does not sign it with DKIM',
  },
];
