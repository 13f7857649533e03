/**
 * The five ways out side by side, for who has to choose. Facts: "How to set up a multifunction device or application to
 * send email using Microsoft 365", "High Volume Email", "Sending limits" and "Graph: user: sendMail", Microsoft Learn.
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
    port: 'Port 25 outgoing must be open',
    staticIp: 'Not needed with a certificate; needed without one',
    external: 'Yes, counted by the limit of the tenant',
    limits: 'None of a mailbox; external recipients of the tenant in 24 hours',
    content: 'Arrives as it was sent; any sender of the accepted domains',
  },
  {
    type: 'smtp-submission',
    title: 'SMTP submission with a mailbox',
    summary:
      'As a mail program does: for few messages, or for High Volume Email and Azure Communication Services.',
    port: 'Port 587 outgoing',
    staticIp: 'Not needed',
    external: 'Yes; High Volume Email only inside the tenant',
    limits: '30 messages a minute and 10,000 recipients a day of the mailbox',
    content: 'Arrives as it was sent; sender is the mailbox, others need Send As',
  },
  {
    type: 'graph',
    title: 'Microsoft Graph',
    summary: 'Over HTTPS where every mail port is closed.',
    port: 'Port 443 outgoing only, also through a proxy',
    staticIp: 'Not needed',
    external: 'Yes',
    limits: 'Those of the mailbox; large messages go as a draft',
    content: 'Exchange may rebuild it; recipients are read from To, Cc and Bcc',
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
    staticIp: 'Needed, with reverse name and SPF',
    external: 'Yes; whether they take it is theirs to say',
    limits: 'None but the patience of the recipients’ servers',
    content: 'Arrives as it was sent; nobody signs it with DKIM',
  },
];
