/**
 * What one transaction came to, for each recipient apart (pure): from the replies that were read, and from how
 * the connection ended where not all were.
 */
import type { Failure, RecipientOutcome } from '../../message/outcome.ts';
import type { PlanFault, PlannedRecipient } from '../../protocol/smtp/client/plan.ts';
import type { SmtpReply } from '../../protocol/smtp/client/reply-reader.ts';
import type { Transaction } from '../../protocol/smtp/client/transaction.ts';
import { isPositive } from '../../protocol/smtp/client/transaction.ts';
import type { RouteScope } from '../classify-reply.ts';
import { classifyReply } from '../classify-reply.ts';

/** How the conversation ended before all replies were in. */
export type Interruption =
  /** Connection lost, peer out of step, content unreadable. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Our own stop. */
  | { readonly kind: 'stopped'; readonly failure: Failure };

export interface TransactionEnd {
  readonly transaction: Transaction;
  readonly planned: readonly PlannedRecipient[];
  /** The last octet of the content was given to the socket. */
  readonly contentWritten: boolean;
  readonly interruption?: Interruption;
  readonly routeScope: RouteScope;
  readonly host: string;
}

/** One outcome for each planned recipient, in order. */
export function judgeTransaction(end: TransactionEnd): readonly RecipientOutcome[] {
  const forAccepted = outcomeOfAccepted(end);
  const { transaction, routeScope, host } = end;
  let written = -1;
  return end.planned.map((planned): RecipientOutcome => {
    if (planned.kind === 'fail') return { kind: 'failed', failure: planFailure(planned.fault, host) };
    written += 1;
    const reply = transaction.rcpt[written];
    const mailAccepted = transaction.mail !== undefined && isPositive(transaction.mail);
    if (mailAccepted && reply !== undefined && !isPositive(reply)) {
      return { kind: 'failed', failure: classifyReply({ stage: 'rcpt', reply, routeScope, host }) };
    }
    return forAccepted.kind === 'relayed'
      ? { kind: 'relayed', reply: forAccepted.reply, dsnPassedOn: planned.notifyPassedOn }
      : forAccepted;
  });
}

function outcomeOfAccepted({
  transaction,
  contentWritten,
  interruption,
  routeScope,
  host,
}: TransactionEnd): RecipientOutcome {
  const refused = (stage: 'mail' | 'data' | 'content', reply: SmtpReply): RecipientOutcome => ({
    kind: 'failed',
    failure: classifyReply({ stage, reply, routeScope, host }),
  });
  const { mail, data, final } = transaction;
  if (mail && !isPositive(mail)) return refused('mail', mail);
  if (data && data.code !== 354 && !isPositive(data)) return refused('data', data);
  if (final && isPositive(final) && contentWritten)
    return { kind: 'relayed', reply: final, dsnPassedOn: false };
  if (final && !isPositive(final)) return refused('content', final);
  // RFC 1047: with the content complete and no answer, the peer may have taken the message or not.
  const failure = interruption?.failure ?? unfinished(routeScope, host);
  if (contentWritten) return { kind: 'in-doubt', failure };
  return interruption?.kind === 'stopped' ? { kind: 'not-tried' } : { kind: 'failed', failure };
}

/** A positive answer to content that had not ended: the peer counts otherwise than we do. */
function unfinished(routeScope: RouteScope, host: string): Failure {
  return {
    scope: routeScope,
    permanence: 'transient',
    stage: 'content',
    code: 'protocol-error',
    text: `${host} answered before the end of the content`,
    status: '4.5.0',
  };
}

/** The message, or this recipient, cannot go to this next hop as it is; waiting does not change that. */
export function planFailure(fault: PlanFault, host: string): Failure {
  return {
    scope:
      fault.code === 'smtputf8-missing' && fault.text.startsWith('the recipient') ? 'recipient' : 'message',
    permanence: 'permanent',
    stage: 'mail',
    code: fault.code,
    text: `${host}: ${fault.text}`,
    status: fault.status,
  };
}
