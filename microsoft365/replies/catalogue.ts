/** All replies of Microsoft 365 that are known. The order decides: the first that matches is meant. */
import type { ReplyEntry } from './entry.ts';
import { attributionReplies } from './attribution.ts';
import { authenticationReplies } from './authentication.ts';
import { contentReplies } from './content.ts';
import { dialogueReplies } from './dialogue.ts';
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
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly entries: readonly ReplyEntry[];
}

export const families: readonly ReplyFamily[] = [
  { name: 'identity', about: 'The token endpoint of Microsoft Entra.', entries: identityReplies },
  {
    name: 'identity-grants',
    about: 'The token endpoint again: proof of the application, consent, stored sign-ins.',
    entries: identityGrantsReplies,
  },
  {
    name: 'attribution',
    about: 'Which tenant a connection on port 25 belongs to, and whether it may relay.',
    entries: attributionReplies,
  },
  {
    name: 'throttling',
    about: 'Too much or too fast for the service: by address, connection or organisation.',
    entries: throttlingReplies,
  },
  {
    name: 'service',
    about: 'The service is busy, or the connection has grown too old or too quiet.',
    entries: serviceReplies,
  },
  {
    name: 'outbound',
    about: 'Bounces for mail from Microsoft 365 to a host of ours or of a recipient.',
    entries: outboundReplies,
  },
  { name: 'dialogue', about: 'TLS and the order of the SMTP conversation.', entries: dialogueReplies },
  {
    name: 'reputation',
    about: 'The sending address, its network or a name is on a block list.',
    entries: reputationReplies,
  },
  {
    name: 'ipv6',
    about: 'What a connection over IPv6 meets; connectors know IPv4 only.',
    entries: ipv6Replies,
  },
  { name: 'authentication', about: 'Signing in on the submission endpoint.', entries: authenticationReplies },
  { name: 'high-volume-email', about: 'High Volume Email (HVE).', entries: highVolumeEmailReplies },
  {
    name: 'sender',
    about: 'The sender, its mailbox or its tenant may not send (so).',
    entries: senderReplies,
  },
  {
    name: 'punishment',
    about: 'SMTP AUTH of a mailbox is blocked because it repeated one error.',
    entries: punishmentReplies,
  },
  {
    name: 'quota',
    about: 'Limits of mailboxes and tenants; several come as 5xx and clear by themselves.',
    entries: quotaReplies,
  },
  { name: 'content', about: 'Header section, size and format of the message.', entries: contentReplies },
  {
    name: 'recipient',
    about: 'The recipient does not exist, is full, or takes mail from few.',
    entries: recipientReplies,
  },
  {
    name: 'restricted-recipient',
    about: 'The recipient takes mail from signed-in or listed senders only.',
    entries: restrictedRecipientReplies,
  },
  { name: 'graph', about: 'Microsoft Graph sendMail.', entries: graphReplies },
];

export const catalogue: readonly ReplyEntry[] = families.flatMap(({ entries }) => entries);
