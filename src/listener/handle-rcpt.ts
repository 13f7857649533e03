/** RCPT: may this source write to this recipient, and to one more. */
import type { EnvelopeRecipient } from '../message/envelope.ts';
import { judgeRecipient } from '../policy/recipient.ts';
import { tooManyRecipients } from '../policy/size.ts';
import type { Refusal } from '../policy/verdict.ts';
import type { AnsweredEvent } from '../protocol/smtp/server/events.ts';
import { refuse, refuseAndEnd, type RefusalDetails } from './refusal.ts';
import type { EnvelopeTransaction, SessionCore } from './session-core.ts';

/** Recipients of one transaction beyond its limit that get their own 452; the next one ends the session. */
const beyondMaxMax = 100;

type RcptEvent = Extract<AnsweredEvent, { kind: 'rcpt' }>;

export function handleRcpt(core: SessionCore, event: RcptEvent): void {
  const { transaction } = core;
  switch (transaction.kind) {
    case 'stranger':
      refuse(core, transaction.refusal, {
        stage: 'rcpt',
        sender: transaction.reversePath,
        recipient: event.recipient.text,
      });
      return;
    case 'envelope':
      addRecipient(core, transaction, event);
      return;
    case 'none':
    case 'content':
    case 'finishing':
      throw new Error(`the engine gave RCPT while the transaction was ${transaction.kind}`);
    default:
      transaction satisfies never;
  }
}

function addRecipient(core: SessionCore, transaction: EnvelopeTransaction, event: RcptEvent): void {
  const { source, recipients } = transaction;
  const details = {
    stage: 'rcpt',
    source: source.name,
    sender: transaction.reversePath,
    recipient: event.recipient.text,
  };
  const verdict = judgeRecipient(source, event.recipient);
  if (verdict.kind !== 'accept') {
    transaction.refused += 1;
    // A known source with a stale list must not lose the message to its good recipients by the error limit.
    refuse(core, verdict, transaction.refused > 1 ? { ...details, uncounted: true } : details);
    return;
  }
  // A recipient named twice gets one copy; the first RCPT decides on its notices.
  const known = recipients.some((other) => other.address.text === event.recipient.text);
  if (!known) {
    if (recipients.length >= transaction.recipientsMax) {
      refuseBeyondMax(core, transaction, details);
      return;
    }
    recipients.push(envelopeRecipient(event));
  }
  core.engine.reply({ code: 250, enhanced: '2.1.5', text: 'Recipient OK' });
}

// A client that takes no notice of 452 would go on up to limits.commands, each time with a reply and an event.
function refuseBeyondMax(core: SessionCore, transaction: EnvelopeTransaction, details: RefusalDetails): void {
  transaction.beyondMax += 1;
  const { recipientsMax, source } = transaction;
  if (transaction.beyondMax <= beyondMaxMax) refuse(core, tooManyRecipients(recipientsMax, source), details);
  else refuseAndEnd(core, farTooManyRecipients(transaction), details);
}

function envelopeRecipient({ recipient, parameters }: RcptEvent): EnvelopeRecipient {
  return {
    address: recipient,
    ...(parameters.notify === undefined ? {} : { notify: parameters.notify }),
    ...(parameters.orcpt === undefined ? {} : { orcpt: parameters.orcpt }),
  };
}

// RFC 5321 3.8: 421 is the reply of a server that must close.
function farTooManyRecipients({ recipientsMax, source }: EnvelopeTransaction): Refusal {
  return {
    kind: 'defer',
    code: 421,
    enhanced: '4.5.3',
    text: 'Far too many recipients',
    rule: 'recipients',
    explanation: `${source.name} went on for ${beyondMaxMax} recipients after it was told that ${recipientsMax} are the most: it must send the rest in another transaction`,
  };
}
