/** smtp.office365.com: SMTP AUTH client submission. Limits: "SMTP AUTH client submission" in the reference, 1.2. */
import { headerAddresses } from '../mail/header.ts';
import type { Endpoint, Refusal } from '../smtp/endpoint.ts';
import type { SmtpSession } from '../smtp/session.ts';
import type { Transaction } from '../smtp/transaction.ts';
import { listed } from '../switches.ts';
import { sameAddress } from '../tenant/directory.ts';
import { authCommand } from './auth.ts';
import type { SubmissionContext } from './context.ts';
import { mailboxDesk, maySendAs } from './mailbox-login.ts';
import { sendAsDenied, submissionReplies as replies } from './replies.ts';

/** {transportconfig}: default of RecipientLimits; {mfd}: default of MaxSendSize. */
const recipientsMaxDefault = 500;
const sendBytesMaxDefault = 35 * 2 ** 20;

export function submissionEndpoint(context: SubmissionContext): Endpoint {
  return {
    route: 'submission',
    mechanisms: ['LOGIN', 'XOAUTH2'],
    commands: new Map([['AUTH', authCommand(mailboxDesk(context))]]),
    judgeSender: (session) => judgeSession(session) ?? judgeMailbox(context, session),
    judgeRecipient: (session, transaction) => judgeRecipient(context, session, transaction),
    judgeContent: (session, transaction, content) => judgeContent(context, session, { transaction, content }),
    ended: (session) => {
      if (session.login !== undefined) context.mailboxes.disconnected(session.login.name);
    },
  };
}

/** Nobody sends here without TLS and a login; the same for all endpoints with AUTH. */
export function judgeSession(session: SmtpSession): Refusal {
  if (!session.secured) return replies.starttlsRequired;
  return session.login === undefined ? replies.notAuthenticated : undefined;
}

function judgeMailbox({ mailboxes }: SubmissionContext, session: SmtpSession): Refusal {
  const name = session.login?.name ?? '';
  if (mailboxes.hasTooManyConnections(name)) return replies.connections;
  return mailboxes.blockReply(name);
}

function judgeRecipient(
  { directory, mailboxes }: SubmissionContext,
  session: SmtpSession,
  transaction: Transaction,
): Refusal {
  const name = session.login?.name ?? '';
  const max = directory.mailbox(name)?.mailbox.recipientsMax ?? recipientsMaxDefault;
  if (transaction.recipients.length < max) return undefined;
  mailboxes.erred(name, 'recipients');
  return replies.tooManyRecipients;
}

function judgeContent(
  context: SubmissionContext,
  session: SmtpSession,
  { transaction, content }: { readonly transaction: Transaction; readonly content: Buffer },
): Refusal {
  const { directory, mailboxes } = context;
  const entry = directory.mailbox(session.login?.name ?? '');
  if (entry === undefined) return replies.notAuthenticated;
  const { address, sendBytesMax = sendBytesMaxDefault } = entry.mailbox;
  const unfit = refuseState(context, address);
  if (unfit !== undefined) return unfit;
  // {sd264}: EHLO announces 150 MB, but the mailbox's MaxSendSize decides after DATA.
  if (content.length > sendBytesMax) return replies.tooLarge;
  const denied = refuseSender(entry, transaction.from, content);
  if (denied !== undefined) {
    mailboxes.erred(address, 'send-as');
    return denied;
  }
  const { length: recipients } = transaction.recipients;
  const exceeded = mailboxes.exceeded(address, recipients);
  if (exceeded === 'minute') return replies.threads;
  if (exceeded === 'day') return replies.quota;
  mailboxes.sent(address, recipients, hasUnknown(context, transaction) ? 'invalid-recipient' : undefined);
  return undefined;
}

/** A mailbox that cannot send at all; repetition is punished ({cont-error}). */
function refuseState({ switches: { current }, mailboxes }: SubmissionContext, address: string): Refusal {
  if (listed(current.unlicensedMailboxes, address)) {
    mailboxes.erred(address, 'licence');
    return replies.noLicence;
  }
  if (!listed(current.fullMailboxes, address)) return undefined;
  mailboxes.erred(address, 'mailbox-full');
  return replies.mailboxFull;
}

/** Somebody whom nobody knows: the message is taken, and a report comes back (`ndr/post-office.ts`). */
function hasUnknown({ directory }: SubmissionContext, { recipients }: Transaction): boolean {
  return recipients.some(
    ({ address, report = '' }) =>
      /^550 5\.1\.10? /.test(report) ||
      (directory.tenantOfAddress(address) !== undefined && !directory.recipientExists(address)),
  );
}

/** {printers}: envelope and From must be the mailbox or an address that it has Send As for. */
function refuseSender(
  entry: Parameters<typeof maySendAs>[0],
  envelopeFrom: string,
  content: Buffer,
): Refusal {
  if (envelopeFrom !== '' && !maySendAs(entry, envelopeFrom)) return replies.sendAsEnvelope;
  const from = headerAddresses(content, 'from');
  const sender = headerAddresses(content, 'sender');
  if (from.length > 1 && sender.length === 0) return replies.severalFrom;
  const foreign = [...from, ...sender].find((address) => !maySendAs(entry, address));
  if (foreign === undefined || sameAddress(foreign, entry.mailbox.address)) return undefined;
  return sendAsDenied(entry.mailbox.address, foreign);
}
