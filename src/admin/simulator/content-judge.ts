/** What the way in would say to the content of a question. */
import type { Transaction } from '../../accept/acceptance.ts';
import type { Taken, TrialEnvironment } from '../../accept/content-trial.ts';
import { ContentTrial } from '../../accept/content-trial.ts';
import type { ContentQuestion } from '../../diagnostics/simulation.ts';
import type { QueueId } from '../../message/message.ts';
import { messageBytesMaxOf } from '../../policy/size.ts';
import type { Refusal } from '../../policy/verdict.ts';

export interface ContentListener {
  readonly name: string;
  /** Limits of the listener, in octets. */
  readonly messageBytes: number;
  readonly headerBytes: number;
}

/** Stands where the id of a real message would: in a Message-ID that a repair writes. */
const noId = 'ID' as QueueId;

export function contentJudge({
  listener,
  ...environment
}: TrialEnvironment & { readonly listener: ContentListener }): (asked: ContentQuestion) => Taken | Refusal {
  return (asked) => {
    const trial = new ContentTrial(environment, transactionOf(asked, listener));
    for (const piece of asked.question.content ?? []) trial.push(piece);
    return trial.end();
  };
}

/** As a listener would give it to the way in. */
export function transactionOf(
  { source, recipients, question }: ContentQuestion,
  listener: ContentListener,
): Transaction {
  const { facts, helo = '', reversePath, body = '8bitmime' } = question;
  return {
    id: noId,
    source,
    client: { address: facts.address, helo, listener: listener.name },
    envelope: {
      reversePath,
      recipients: recipients.map((address) => ({ address })),
      body,
      smtpUtf8: false,
      requireTls: false,
    },
    protocol: 'ESMTP',
    trace: [],
    messageBytesMax: messageBytesMaxOf(source, listener),
    headerBytesMax: listener.headerBytes,
  };
}
