/** Whether a message is too large for its source and listener. */
import type { Source } from './policy.ts';
import type { Refusal } from './verdict.ts';
import { countOf } from '../platform/words.ts';

/** Octets: the least of listener and source. */
export function messageBytesMaxOf(source: Source, listener: { readonly messageBytes: number }): number {
  return Math.min(listener.messageBytes, source.config.limits.messageBytes ?? Infinity);
}

/** Recipients of one transaction: the least of listener and source. */
export function recipientsMaxOf(source: Source, listener: { readonly recipients: number }): number {
  return Math.min(listener.recipients, source.config.limits.recipientsPerMessage ?? Infinity);
}

/** RFC 1870 6.1. `declared`: what SIZE said; absent: it is the content itself. */
export function tooLarge(bytesMax: number, declared?: number): Refusal {
  const given = declared === undefined ? 'the content is larger' : `SIZE=${declared} was declared`;
  return {
    kind: 'refuse',
    code: 552,
    enhanced: '5.3.4',
    text: `Message too large, at most ${bytesMax} octets`,
    rule: 'size',
    explanation: `${given}, and ${bytesMax} octets is the least of limits.messageBytes of listener and source`,
  };
}

/** RFC 5321 4.5.3.1.10: 452, so that the client sends the rest in another transaction. */
export function tooManyRecipients(recipientsMax: number, source: Source): Refusal {
  return {
    kind: 'defer',
    code: 452,
    enhanced: '4.5.3',
    text: 'Too many recipients, send the rest in another transaction',
    rule: 'recipients',
    explanation: `${source.name} named more than ${countOf(recipientsMax, 'recipient')}, the least of limits.recipients of the listener and recipientsPerMessage of the source`,
  };
}
