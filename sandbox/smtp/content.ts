/** DATA (RFC 5321 4.1.1.4) and BDAT (RFC 3030 2), and what is said at their end. */
import { refuseContent, messageIdOf, wireNotes } from './content-rules.ts';
import { EndOfData } from './end-of-data.ts';
import { chunkReceived, queued, replies } from './replies.ts';
import type { After, SmtpSession } from './session.ts';
import type { Transaction } from './transaction.ts';
import type { Fault } from '../faults.ts';

/** Octets of content after which `drop-in-data@` cuts the connection. */
const dropAfterBytes = 200;
const octetsAtATime = 256 * 1024;

export async function receiveData(session: SmtpSession, argument: string): Promise<After> {
  const { transaction } = session;
  const wrong = dataOutOfOrder(transaction, argument);
  if (wrong !== undefined || transaction === undefined) {
    session.refuse(wrong ?? replies.senderFirst);
    return 'go-on';
  }
  transaction.contentAt = session.context.clock.now();
  session.say(replies.startMail);
  session.flush();
  const reader = new EndOfData();
  for (;;) {
    const read = await session.input.octets(octetsAtATime);
    if (read.kind !== 'octets') return 'cut';
    const step = reader.push(read.octets);
    for (const octets of step.content) transaction.append(octets);
    if (transaction.faults.some((fault) => fault.at === 'content')) return 'cut';
    if (!step.done) continue;
    session.input.unread(step.rest);
    return endOfContent(session, transaction, 'DATA');
  }
}

function dataOutOfOrder(transaction: Transaction | undefined, argument: string): string | undefined {
  if (argument !== '') return replies.badArguments;
  if (transaction === undefined) return replies.senderFirst;
  if (transaction.recipients.length === 0) return replies.recipientFirst;
  // RFC 3030 3: BINARYMIME needs BDAT, and DATA cannot follow BDAT.
  if (transaction.chunking || transaction.parameters.body === 'BINARYMIME') return replies.badSequence;
  return undefined;
}

export async function receiveChunk(session: SmtpSession, argument: string): Promise<After> {
  const match = /^(\d{1,15})(?:[ \t]+(LAST))?$/i.exec(argument);
  // Without a count nobody knows where the octets end: the conversation cannot go on.
  if (!match || !session.context.offered.has('CHUNKING')) {
    session.refuse(replies.badArguments);
    return 'close';
  }
  const bytes = Number(match[1]);
  const { transaction } = session;
  const wrong = chunkOutOfOrder(transaction);
  if (transaction !== undefined && !transaction.chunking && wrong === undefined) {
    transaction.chunking = true;
    transaction.contentAt = session.context.clock.now();
  }
  // RFC 3030 2: the octets follow whatever the answer will be.
  const whole = await readChunk(session, bytes, wrong === undefined ? transaction : undefined);
  if (!whole) return 'cut';
  if (wrong !== undefined || transaction === undefined) {
    session.refuse(wrong ?? replies.senderFirst);
    return 'go-on';
  }
  if (match[2] !== undefined) return endOfContent(session, transaction, 'BDAT');
  session.say(chunkReceived(bytes));
  return 'go-on';
}

function chunkOutOfOrder(transaction: Transaction | undefined): string | undefined {
  if (transaction === undefined) return replies.senderFirst;
  if (transaction.recipients.length === 0) return replies.recipientFirst;
  return undefined;
}

/** False: the connection ended, or a fault says to end it. */
async function readChunk(
  session: SmtpSession,
  bytes: number,
  transaction: Transaction | undefined,
): Promise<boolean> {
  const drop = transaction?.faults.some((fault) => fault.at === 'content') === true;
  if (drop && bytes > dropAfterBytes) {
    await session.input.octets(dropAfterBytes);
    return false;
  }
  let missing = bytes;
  // A pipelined reply must not wait for octets that the client may hold back until it has seen it.
  if (session.input.bufferedBytes < missing) session.flush();
  while (missing > 0) {
    const read = await session.input.octets(Math.min(missing, octetsAtATime));
    if (read.kind !== 'octets') return false;
    missing -= read.octets.length;
    transaction?.append(read.octets);
  }
  return !drop;
}

async function endOfContent(
  session: SmtpSession,
  transaction: Transaction,
  transfer: 'DATA' | 'BDAT',
): Promise<After> {
  const after = await settle(session, transaction, transfer);
  // RFC 2920 3.2 lets a server keep back only the replies to RSET, MAIL and RCPT: what became of a message is said at once,
  // so that a cut in the next one leaves no doubt about this one.
  session.flush();
  session.endTransaction();
  return after;
}

async function settle(
  session: SmtpSession,
  transaction: Transaction,
  transfer: 'DATA' | 'BDAT',
): Promise<After> {
  const content = transaction.content();
  const refusal = overflowReply(transaction) ?? refuseContent(content, transfer);
  if (refusal !== undefined) return refuse(session, refusal);
  const fault = strongest(transaction.faults);
  if (fault?.at === 'end' && fault.kind === 'refuse') return refuse(session, fault.reply);
  if (fault?.at === 'end' && fault.kind === 'delay' && !(await stillThereAfter(session, fault.ms)))
    return 'cut';
  const judged = session.context.endpoint.judgeContent(session, transaction, content);
  if (judged !== undefined) return refuse(session, judged);
  const acknowledged = fault === undefined || !['drop', 'silent'].includes(fault.kind);
  const id = session.context.nextId();
  const messageId = messageIdOf(content) ?? `<${id}@${session.context.host}>`;
  const arrival = {
    id,
    at: session.context.clock.now(),
    acknowledged,
    route: session.context.endpoint.route,
    ...(session.login && { login: session.login.name, tenant: session.login.tenant.id }),
    ...(transaction.tenantId !== undefined && { tenant: transaction.tenantId }),
    ...(transaction.connector !== undefined && { connector: transaction.connector }),
    ...(transaction.spf !== undefined && { spf: transaction.spf }),
    client: session.client(),
    from: transaction.from,
    parameters: transaction.words,
    recipients: transaction.recipients,
    transfer,
    content,
    notes: wireNotes(content, transaction.parameters),
  };
  try {
    await session.context.ledger.add(arrival);
  } catch {
    // The directory cannot be written: to the client that is a full disk, and the message stays with it.
    return refuse(session, replies.noMemory);
  }
  if (fault?.kind === 'silent') return silence(session);
  if (!acknowledged) return 'cut';
  session.say(
    queued({
      messageId,
      internalId: id,
      host: session.context.host,
      bytes: content.length,
      durationMs: session.context.clock.now() - transaction.contentAt,
    }),
  );
  return 'go-on';
}

function refuse(session: SmtpSession, reply: string): After {
  session.refuse(reply);
  return 'go-on';
}

function overflowReply(transaction: Transaction): string | undefined {
  if (transaction.refused === 'size') return replies.tooLarge;
  return transaction.refused === 'memory' ? replies.noMemory : undefined;
}

/** Several recipients may name several faults: a cut or a silence hides a refusal, a refusal hides a delay. */
function strongest(faults: readonly Fault[]): Fault | undefined {
  const order = ['silent', 'drop', 'refuse', 'delay'];
  const atEnd = faults.filter(({ at }) => at === 'end');
  return atEnd.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0];
}

async function stillThereAfter(session: SmtpSession, ms: number): Promise<boolean> {
  session.flush();
  return session.input.wait(ms);
}

/** Answers nothing more; the client's patience or the length of a session ends it. */
async function silence(session: SmtpSession): Promise<After> {
  session.flush();
  await session.input.wait(session.context.limits.sessionMs);
  return 'cut';
}
