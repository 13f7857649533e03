/** The commands that every endpoint has, one function each. */
import type { Command } from './command-line.ts';
import { isAscii, isHelloName, isMailbox, parsePath } from './command-line.ts';
import { ehloReply } from './capabilities.ts';
import { receiveChunk, receiveData } from './content.ts';
import type { Handler } from './endpoint.ts';
import { parseMailParameters, refuseRecipientParameters } from './parameters.ts';
import { replies, unrecognized } from './replies.ts';
import type { After, SmtpSession } from './session.ts';
import { Transaction } from './transaction.ts';

const handlers = new Map<string, Handler>([
  ['EHLO', ehlo],
  ['HELO', helo],
  ['STARTTLS', startTls],
  ['MAIL', mail],
  ['RCPT', rcpt],
  ['DATA', receiveData],
  ['BDAT', receiveChunk],
  ['RSET', reset],
  ['NOOP', (session) => answer(session, replies.ok)],
  ['HELP', (session) => answer(session, replies.help)],
  ['VRFY', (session) => answer(session, replies.cannotVerify)],
  ['QUIT', quit],
]);

export async function handleCommand(session: SmtpSession, { verb, argument }: Command): Promise<After> {
  const handler = handlers.get(verb) ?? session.context.endpoint.commands.get(verb);
  if (handler === undefined) {
    session.refuse(unrecognized(verb));
    return 'go-on';
  }
  return handler(session, argument);
}

function answer(session: SmtpSession, reply: string): After {
  session.say(reply);
  return 'go-on';
}

function refuse(session: SmtpSession, reply: string): After {
  session.refuse(reply);
  return 'go-on';
}

function helo(session: SmtpSession, argument: string): After {
  if (!isHelloName(argument)) return refuse(session, replies.badDomain);
  session.endTransaction();
  session.helo = argument;
  session.extended = false;
  return answer(session, `250 ${session.context.host} Hello [${session.clientAddress}]`);
}

function ehlo(session: SmtpSession, argument: string): After {
  if (!isHelloName(argument)) return refuse(session, replies.badDomain);
  session.endTransaction();
  session.helo = argument;
  session.extended = true;
  const { host, offered, limits } = session.context;
  return answer(
    session,
    ehloReply({
      host,
      client: session.clientAddress,
      offered,
      messageBytesMax: limits.messageBytes,
      tls: session.secured,
      mechanisms: session.context.endpoint.mechanisms,
    }),
  );
}

function startTls(session: SmtpSession, argument: string): After {
  if (!session.context.offered.has('STARTTLS')) return refuse(session, unrecognized('STARTTLS'));
  if (argument !== '') return refuse(session, replies.badArguments);
  if (session.secured) return refuse(session, replies.tlsActive);
  session.say(replies.startTls);
  return 'start-tls';
}

function mail(session: SmtpSession, argument: string): After {
  if (session.helo === undefined) return refuse(session, replies.helloFirst);
  if (session.transaction !== undefined) return refuse(session, replies.senderGiven);
  const path = parsePath('FROM', argument);
  if (path === undefined) return refuse(session, replies.badArguments);
  const { offered, limits, budget } = session.context;
  const parameters = parseMailParameters(path.parameters, session.extended ? offered : new Set());
  if (!parameters.ok) return refuse(session, parameters.reply);
  if (path.address !== '' && !isMailbox(path.address)) return refuse(session, replies.badSender);
  if (!parameters.value.smtpUtf8 && !isAscii(path.address)) return refuse(session, replies.senderNeedsUtf8);
  if ((parameters.value.sizeBytes ?? 0) > limits.messageBytes) return refuse(session, replies.tooLarge);
  const refusal = session.context.endpoint.judgeSender(session, path.address);
  if (refusal !== undefined) return refuse(session, refusal);
  session.transaction = new Transaction({
    from: path.address,
    words: path.parameters,
    parameters: parameters.value,
    budget,
    bytesMax: limits.messageBytes,
  });
  return answer(session, replies.senderOk);
}

function rcpt(session: SmtpSession, argument: string): After | Promise<After> {
  const { transaction, context } = session;
  if (transaction === undefined) return refuse(session, replies.senderFirst);
  if (transaction.chunking) return refuse(session, replies.badSequence);
  const path = parsePath('TO', argument);
  if (path === undefined) return refuse(session, replies.badArguments);
  const offered = session.extended ? context.offered : new Set<never>();
  const badParameter = refuseRecipientParameters(path.parameters, offered);
  if (badParameter !== undefined) return refuse(session, badParameter);
  // RFC 5321 4.5.1: postmaster without a domain is always a recipient.
  if (!isMailbox(path.address) && path.address.toLowerCase() !== 'postmaster')
    return refuse(session, replies.badRecipient);
  if (!transaction.parameters.smtpUtf8 && !isAscii(path.address))
    return refuse(session, replies.recipientNeedsUtf8);
  if (transaction.recipients.length >= context.limits.recipients)
    return refuse(session, replies.tooManyRecipients);
  return takeRecipient(session, transaction, path);
}

function takeRecipient(
  session: SmtpSession,
  transaction: Transaction,
  path: { readonly address: string; readonly parameters: readonly string[] },
): After {
  const fault = session.context.faults.next(path.address, session.clientAddress);
  if (fault?.at === 'rcpt') {
    switch (fault.kind) {
      case 'refuse':
        return refuse(session, fault.reply);
      case 'close':
        session.refuse(fault.reply);
        return 'close';
      case 'garble':
        return answer(session, '\u0001garbled \u00ff');
      case 'drop':
        session.flush();
        return 'cut';
    }
  }
  const refusal = fault ? undefined : judgeRecipient(session, transaction, path.address);
  if (refusal !== undefined) return refuse(session, refusal);
  if (fault !== undefined) transaction.faults.push(fault);
  transaction.recipients.push({
    address: path.address,
    parameters: path.parameters,
    ...(fault?.kind === 'ndr' && { report: fault.reply }),
  });
  return answer(session, replies.recipientOk);
}

/** An address that names a fault is not judged, so that faults can be had at any domain. */
function judgeRecipient(session: SmtpSession, transaction: Transaction, address: string): string | undefined {
  return session.context.endpoint.judgeRecipient(session, transaction, address);
}

function reset(session: SmtpSession): After {
  session.endTransaction();
  return answer(session, replies.reset);
}

function quit(session: SmtpSession): After {
  session.say(replies.bye);
  return 'close';
}
