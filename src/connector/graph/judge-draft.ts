/** What became of a message that went as a draft (pure). */
import type { Failure, RecipientOutcome } from '../../message/outcome.ts';
import type { TokenMismatch } from '../identity/token-need.ts';
import type { DraftOutcome } from './draft.ts';
import type { AnswerPlace } from './judge-answer.ts';
import { judgeAnswer } from './judge-answer.ts';
import { messageFault, unfit } from './message-fault.ts';

export type DraftResult = DraftOutcome | { readonly kind: 'forbidden'; readonly mismatch: TokenMismatch };

const leftBehind = 'its draft may still lie in the mailbox, and is not sent by itself';

export function judgeDraft(result: DraftResult, attachments: number, place: AnswerPlace): RecipientOutcome {
  switch (result.kind) {
    case 'sent':
      return judgeSent(judgeAnswer(result.answer, place), attachments);
    case 'unfit':
      return { kind: 'failed', failure: withTrace(unfit(result.reason), result.isDeleted) };
    case 'forbidden':
      return {
        kind: 'failed',
        // Small messages go on, so it is no fault of the whole connector.
        failure: {
          ...messageFault(result.mismatch.code, `a large message needs a draft: ${result.mismatch.text}`),
          permanence: 'transient',
          status: '4.7.0',
        },
      };
    case 'failed': {
      const outcome = judgeAnswer(result.answer, { ...place, preparesOnly: true });
      if (outcome.kind !== 'failed') return outcome;
      const failure = { ...outcome.failure, text: `${result.step}: ${outcome.failure.text}` };
      return { kind: 'failed', failure: withTrace(goneDraft(failure), result.isDeleted) };
    }
    default:
      return result satisfies never;
  }
}

/** The trace says that what arrives is not what was sent. */
function judgeSent(outcome: RecipientOutcome, attachments: number): RecipientOutcome {
  if (outcome.kind === 'in-doubt') {
    return { ...outcome, failure: { ...outcome.failure, text: `${outcome.failure.text}; ${leftBehind}` } };
  }
  if (outcome.kind !== 'relayed') return outcome;
  const note = `(sent as a draft, so Graph has rebuilt the message; attachments uploaded: ${attachments})`;
  return { ...outcome, reply: { ...outcome.reply, lines: [...outcome.reply.lines, note] } };
}

/** A draft or an upload session that is gone says nothing about the mailbox, which was there a moment ago. */
function goneDraft(failure: Failure): Failure {
  if (failure.reply?.code !== 404 || failure.text.startsWith('the draft was not created')) return failure;
  const { aboutTheWay: _, ...rest } = failure;
  return { ...rest, scope: 'message', permanence: 'transient', code: 'graph-draft-gone', status: '4.3.0' };
}

function withTrace(failure: Failure, isDeleted: boolean): Failure {
  return isDeleted ? failure : { ...failure, text: `${failure.text}; ${leftBehind}` };
}
