/** Finds a refusal of this relay in a text. */
import { limitReplies } from './own-replies-limits.ts';
import { policyReplies } from './own-replies-policy.ts';
import { protocolReplies } from './own-replies-protocol.ts';
import type { OwnReply } from './own-reply.ts';

export const ownReplies: readonly OwnReply[] = [...policyReplies, ...limitReplies, ...protocolReplies];

export interface OwnMatch {
  readonly reply: OwnReply;
  /** Finds the refusal in trace and log. */
  readonly ref?: string;
  /** The words are ours alone, or the reference proves it; otherwise another server may have said them. */
  readonly isCertain: boolean;
}

// Exchange and Postfix say these words as well (RFC 3207 4 and RFC 4954 6 give some of them as examples).
const sharedWords = new Set([
  '530 Must issue a STARTTLS command first',
  '530 Authentication required',
  '454 Temporary authentication failure',
  '535 Authentication credentials invalid',
  '554 No valid recipients',
  '500 Line too long',
  '501 Malformed address',
  '550 Recipient … not permitted',
]);

interface Matcher {
  readonly reply: OwnReply;
  readonly pattern: RegExp;
}

// The first word of what the policy leaves open is known: the three refusals of an address differ by it.
const firstWords = new Map([
  ['sender-not-permitted', 'Sender'],
  ['recipient-not-permitted', 'Recipient'],
  ['header-from-not-permitted', 'From address'],
]);

const matchers: readonly Matcher[] = ownReplies
  // Words that are all variable say nothing.
  .filter(({ text, rule }) => text !== '…' && !(text.startsWith('…') && !firstWords.has(rule)))
  .map((reply) => ({ reply, pattern: patternOf(reply) }))
  // The longer text first: "Too many recipients, …" before what begins alike.
  .toSorted((one, other) => other.reply.text.length - one.reply.text.length);

const refPattern = /\(ref ([0-9A-Za-z-]{6,40})\)/;

/** `text` is one line, as long as it may be; the work is bounded by the bounded gaps of the patterns. */
export function findOwnReply(text: string): OwnMatch | undefined {
  const ref = refPattern.exec(text)?.[1];
  const reply =
    matchers.find(({ pattern }) => pattern.test(text))?.reply ??
    (ref === undefined ? undefined : byCode(text));
  if (!reply) return undefined;
  const isCertain = ref !== undefined || !sharedWords.has(`${reply.code} ${reply.text}`);
  return { reply, isCertain, ...(ref !== undefined && { ref }) };
}

// Of some rules all words change; with a reference of ours the code alone tells them.
const wordless = ownReplies.filter(({ text, rule }) => text.startsWith('…') && !firstWords.has(rule));

function byCode(text: string): OwnReply | undefined {
  return wordless.find(({ code, enhanced }) =>
    new RegExp(`\\b${code}[ -]+${escaped(enhanced)}\\b`).test(text),
  );
}

function patternOf({ code, enhanced, text, rule }: OwnReply): RegExp {
  const words = firstWords.has(rule) ? text.replace('…', `${firstWords.get(rule) ?? ''} …`) : text;
  const parts = words.split('…').map((part) => escaped(part).replaceAll(/\s+/g, '\\s+'));
  const status = enhanced === '' ? '' : `(?:\\s+|-)${escaped(enhanced)}`;
  // A panel may show the words without the codes.
  return new RegExp(`(?:\\b${code}${status}\\s+)?${parts.join('.{0,330}?')}`);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
