/** The record of an accepted message, as the queue keeps it. */
import type { Accepted, ContentFacts, TraceEntry } from '../message/message.ts';
import type { Instant } from '../platform/clock.ts';
import type { Transaction } from './acceptance.ts';
import type { Head } from './head.ts';

/** `ofLines`: what the trace says of the lines of the content. */
export function acceptedMessage(
  { source, client, id, trace }: Transaction,
  head: Head,
  content: ContentFacts,
  ofLines: readonly TraceEntry[],
  at: Instant,
): Accepted {
  const { owner, priority } = source.config;
  const edits = head.edits();
  return {
    id,
    at,
    source: source.name,
    ...(owner !== undefined && { owner }),
    client,
    envelope: head.envelope,
    priority,
    content,
    ...(edits !== undefined && { head: edits }),
    isNotice: false,
    trace: [...trace, ...head.trace, ...ofLines],
  };
}
