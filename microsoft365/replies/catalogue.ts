/** All replies of Microsoft 365 that are known. The order decides: the first that matches is meant. */
import type { ReplyEntry } from './entry.ts';
import { attributionReplies } from './attribution.ts';
import { authenticationReplies } from './authentication.ts';
import { contentReplies } from './content.ts';
import { dialogueReplies } from './dialogue.ts';
import { generalReplies } from './general.ts';
import { graphReplies } from './graph.ts';
import { highVolumeEmailReplies } from './high-volume-email.ts';
import { identityGrantsReplies } from './identity-grants.ts';
import { identityReplies } from './identity.ts';
import { ipv6Replies } from './ipv6.ts';
import { outboundReplies } from './outbound.ts';
import { punishmentReplies } from './punishment.ts';
import { quotaReplies } from './quota.ts';
import { recipientReplies } from './recipient.ts';
import { reputationReplies } from './reputation.ts';
import { restrictedRecipientReplies } from './restricted-recipient.ts';
import { senderReplies } from './sender.ts';
import { serviceReplies } from './service.ts';
import { throttlingReplies } from './throttling.ts';

export interface ReplyFamily {
  readonly title: string;
  /** One sentence. */
  readonly about: string;
  readonly entries: readonly ReplyEntry[];
}

export const families: readonly ReplyFamily[] = [
  {
    title: 'Attribution',
    about: 'Which tenant a connection on port 25 belongs to, and whether it may relay.',
    entries: attributionReplies,
  },
  {
    title: 'Throttling',
    about: 'Too much or too fast for the service: by address, connection or organisation.',
    entries: throttlingReplies,
  },
  {
    title: 'Service',
    about: 'The service is busy, or the connection has grown too old or too quiet.',
    entries: serviceReplies,
  },
  {
    title: 'From Microsoft 365 to other hosts',
    about: 'Bounces for mail from Microsoft 365 to a host of ours or of a recipient.',
    entries: outboundReplies,
  },
  {
    title: 'TLS and dialogue',
    about: 'TLS and the order of the SMTP conversation.',
    entries: dialogueReplies,
  },
  {
    title: 'Reputation',
    about: 'The sending address, its network or a name is on a block list.',
    entries: reputationReplies,
  },
  {
    title: 'IPv6',
    about: 'What a connection over IPv6 meets; connectors know IPv4 only.',
    entries: ipv6Replies,
  },
  {
    title: 'Authentication',
    about: 'Signing in on the submission endpoint.',
    entries: authenticationReplies,
  },
  {
    title: 'High Volume Email',
    about: 'Signing in for High Volume Email, which takes internal recipients only.',
    entries: highVolumeEmailReplies,
  },
  {
    title: 'Sender and tenant',
    about: 'The sender, its mailbox or its tenant may not send (so).',
    entries: senderReplies,
  },
  {
    title: 'Repeated errors',
    about: 'SMTP AUTH of a mailbox is blocked because it repeated one error.',
    entries: punishmentReplies,
  },
  {
    title: 'Quota',
    about: 'Limits of mailboxes and tenants; several come as 5xx and clear by themselves.',
    entries: quotaReplies,
  },
  { title: 'Content', about: 'Header section, size and format of the message.', entries: contentReplies },
  {
    title: 'Recipient',
    about: 'The recipient does not exist, is full, or takes mail from few.',
    entries: recipientReplies,
  },
  {
    title: 'Restricted recipients',
    about: 'The recipient takes mail from signed-in or listed senders only.',
    entries: restrictedRecipientReplies,
  },
  {
    title: 'Codes in other words',
    about: 'Codes that mean the same in whatever words they come.',
    entries: generalReplies,
  },
  {
    title: 'Microsoft Entra: the application',
    about: 'The token endpoint does not know the application, its secret or its tenant.',
    entries: identityReplies,
  },
  {
    title: 'Microsoft Entra: proof, consent and stored sign-ins',
    about: 'What proves the application, who consented, and what a stored sign-in is still worth.',
    entries: identityGrantsReplies,
  },
  { title: 'Microsoft Graph', about: 'Errors of sendMail, by their code.', entries: graphReplies },
];

export const catalogue: readonly ReplyEntry[] = families.flatMap(({ entries }) => entries);
