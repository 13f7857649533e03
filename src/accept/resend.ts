/**
 * Sends the content of a message again, as a new message: to other recipients, or from another sender. The policy of its
 * source is asked again, because an operator may choose the way of a message and not what its source may do.
 */
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { Envelope } from '../message/envelope.ts';
import type { Accepted, QueueId } from '../message/message.ts';
import type { Clock } from '../platform/clock.ts';
import type { NewId } from '../platform/random.ts';
import type { Policy, Source } from '../policy/policy.ts';
import { judgeRecipient } from '../policy/recipient.ts';
import { judgeSender } from '../policy/sender.ts';
import type { Mailbox, ReversePath } from '../protocol/address.ts';
import { parseMailbox } from '../protocol/address.ts';
import type { Queue } from '../queue/queue.ts';
import type { NewContent, StoredMessage } from '../store/store.ts';

export interface ResendRequest {
  /** Absent: those of the message. */
  readonly recipients?: readonly string[];
  /** Absent: that of the message; empty: the null sender. */
  readonly sender?: string;
}

export type ResendResult =
  | { readonly kind: 'sent'; readonly id: QueueId }
  /** In words for the operator. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Rejects with StoreError; then nothing is sent. */
export type Resend = (message: StoredMessage, request: ResendRequest, by: string) => Promise<ResendResult>;

export interface ResendOptions {
  readonly queue: Queue;
  readonly policy: { readonly current: Policy };
  readonly clock: Clock;
  readonly newId: NewId;
}

export function resender(options: ResendOptions): Resend {
  return async (message, request, by) => {
    const { queue, clock, newId } = options;
    const judged = judge(message, request, options.policy.current);
    if (typeof judged === 'string') return { kind: 'refused', reason: judged };
    const now = clock.now();
    const id = newId(now) as QueueId;
    const { accepted } = message;
    const text = `sent again from ${accepted.id} with ${request.recipients ? 'other' : 'the same'} recipients`;
    const again: Accepted = {
      ...accepted,
      id,
      at: now,
      envelope: judged,
      trace: [{ at: now, step: 'operator', text, by, about: accepted.id }],
    };
    await queue.accept(again, await copyOf(queue, message, id));
    // The message may be under way, or settle meanwhile: then the new one alone names the other.
    await queue.operate(accepted.id, { kind: 'note', text: `sent again as ${id}`, about: id }, by);
    return { kind: 'sent', id };
  };
}

/** The envelope of the new message, or why there is none. */
function judge(message: StoredMessage, request: ResendRequest, policy: Policy): Envelope | string {
  const { accepted, contentRef } = message;
  if (accepted.isNotice)
    return 'this is a notice of the relay itself: it goes to whom it concerns, and to nobody else';
  if (contentRef === undefined)
    return 'the content is not kept any more: it is let go when the last recipient is final';
  const source = policy.sources.get(accepted.source ?? '');
  if (source === undefined) return `the policy has no source ${accepted.source ?? ''} any more`;
  const sender = request.sender === undefined ? accepted.envelope.reversePath : readSender(request.sender);
  if (sender === undefined) return `${request.sender ?? ''} is not a mail address`;
  const judgedSender = judgeSender(source, sender);
  if (judgedSender.kind !== 'accept') return judgedSender.explanation;
  return withRecipients(source, { ...accepted.envelope, reversePath: sender }, request.recipients);
}

function withRecipients(
  source: Source,
  envelope: Envelope,
  wanted: readonly string[] | undefined,
): Envelope | string {
  const recipients = new Map<string, Envelope['recipients'][number]>();
  const given = wanted?.map(readRecipient) ?? envelope.recipients;
  for (const recipient of given) {
    if (typeof recipient === 'string') return recipient;
    const judged = judgeRecipient(source, recipient.address);
    if (judged.kind !== 'accept') return judged.explanation;
    recipients.set(recipient.address.text, recipient);
  }
  const all = [...recipients.values()];
  const smtpUtf8 = envelope.smtpUtf8 || all.some(({ address }) => address.needsSmtpUtf8);
  return { ...envelope, smtpUtf8, recipients: all };
}

function readRecipient(text: string): { readonly address: Mailbox } | string {
  const parsed = parseMailbox(text);
  return parsed.ok ? { address: parsed.value } : `${text} is not a mail address`;
}

function readSender(text: string): ReversePath | undefined {
  if (text === '') return null;
  const parsed = parseMailbox(text);
  return parsed.ok ? parsed.value : undefined;
}

/** In bounded memory: what is larger than a row holds goes from file to file. */
async function copyOf(
  { store }: Queue,
  { accepted, contentRef }: StoredMessage,
  id: QueueId,
): Promise<NewContent> {
  if (contentRef === undefined) throw new RangeError(`no content is kept for message ${accepted.id}`);
  const content = store.open(accepted.id, contentRef);
  if (accepted.content.bytes <= store.inlineBytesMax) {
    return { kind: 'bytes', chunks: [await buffer(Readable.from(content))] };
  }
  const sink = store.createContent(id);
  try {
    for await (const chunk of content) await sink.write(chunk);
    return { kind: 'streamed', ref: await sink.finish() };
  } catch (error) {
    await sink.abort();
    throw error;
  }
}
