/**
 * What Graph does with a message once it has it: recipients from To, Cc and Bcc of the top header, Bcc taken out of what
 * arrives (RFC 5322 3.6.3), the limits of the mailbox, then 202. There is no envelope ({ggpw} in the reference).
 */
import type { HttpAnswer } from '../http/server.ts';
import { headerAddresses, withoutFields } from '../mail/header.ts';
import { isMailbox } from '../smtp/command-line.ts';
import { maySendAs } from '../submission/mailbox-login.ts';
import type { GraphCall, GraphContext } from './context.ts';
import { faultAnswer, faultsOf, type FaultsFound, waitFor } from './faults.ts';
import { graphError, graphErrors, stampHeaders } from './errors.ts';

/** {graph3079}: MIME above about 2,240 KB was answered 200 and not sent. */
const defectBytes = 2_240 * 1024;
/** {mfd}: default of MaxSendSize. */
const sendBytesMaxDefault = 35 * 2 ** 20;

export async function deliver(
  context: GraphContext,
  call: GraphCall,
  message: { readonly content: Buffer; readonly kind: 'mime' | 'json' | 'draft' },
): Promise<HttpAnswer> {
  const { content } = message;
  const recipients = ['to', 'cc', 'bcc'].flatMap((name) => headerAddresses(content, name));
  const refusal = refuse(context, call, { content, recipients });
  if (refusal !== undefined) return refusal;
  const { current } = context.switches;
  if (message.kind === 'mime' && current.graphOversizeNotSent && content.length > defectBytes)
    return { kind: 'answer', status: 200, headers: stampHeaders(call.stamp) };
  const { fault, reports } = faultsOf(context, call, recipients);
  const early = fault && faultAnswer(context, call, fault);
  if (early !== undefined) return early;
  if (fault?.kind === 'delay' && !(await waitFor(context, call, fault.ms))) return { kind: 'cut' };
  await keep(context, call, { content, recipients, fault, reports });
  if (fault?.kind === 'silent') {
    await waitFor(context, call, Number.MAX_SAFE_INTEGER);
    return { kind: 'cut' };
  }
  if (fault?.kind === 'drop') return { kind: 'cut' };
  return { kind: 'answer', status: 202, headers: stampHeaders(call.stamp) };
}

function refuse(
  { directory, mailboxes }: GraphContext,
  { entry, stamp }: GraphCall,
  { content, recipients }: { readonly content: Buffer; readonly recipients: readonly string[] },
): HttpAnswer | undefined {
  const { address, sendBytesMax = sendBytesMaxDefault } = entry.mailbox;
  if (content.length > sendBytesMax) return graphError(413, graphErrors.messageTooLarge, stamp);
  if (recipients.length === 0 || !recipients.every((recipient) => isMailbox(recipient)))
    return graphError(400, graphErrors.noRecipients, stamp);
  const from = headerAddresses(content, 'from');
  // Without a From the mailbox is put in ("Automate creating, sending and processing messages", Microsoft Graph).
  if (from.some((sender) => !maySendAs(entry, sender)))
    return graphError(403, graphErrors.sendAsDenied, stamp);
  if (directory.mailbox(address) === undefined) return graphError(404, graphErrors.notRest, stamp);
  const exceeded = mailboxes.exceeded(address, recipients.length);
  if (exceeded === 'day') return graphError(429, graphErrors.quota, stamp);
  return undefined;
}

async function keep(
  { clock, ledger, mailboxes, nextId }: GraphContext,
  { entry, request, token }: GraphCall,
  given: {
    readonly content: Buffer;
    readonly recipients: readonly string[];
  } & FaultsFound,
): Promise<void> {
  const { content, recipients, fault, reports } = given;
  mailboxes.sent(entry.mailbox.address, recipients.length);
  await ledger.add({
    id: nextId(),
    at: clock.now(),
    acknowledged: fault?.kind !== 'drop' && fault?.kind !== 'silent',
    route: 'graph',
    tenant: entry.tenant.id,
    login: entry.mailbox.address,
    client: { ...request.client, helo: token.clientId, connection: 0 },
    from: entry.mailbox.address,
    parameters: [],
    // One recipient in two fields is one recipient.
    recipients: [...new Map(recipients.map((address) => [address.toLowerCase(), address])).values()].map(
      (address) => {
        const report = reports.get(address);
        return { address, parameters: [], ...(report !== undefined && { report }) };
      },
    ),
    transfer: 'HTTP',
    content: withoutFields(content, ['bcc']),
    notes: [],
  });
}
