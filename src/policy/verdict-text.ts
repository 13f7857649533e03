import type { Mailbox } from '../protocol/address.ts';
import type { Refusal } from './verdict.ts';

/** A refusal of an address that a source may not use. */
export function notPermitted(about: {
  readonly rule: string;
  /** What the address is: `Sender`, `Recipient`. */
  readonly what: string;
  readonly address: Mailbox;
  readonly explanation: string;
}): Refusal {
  const { rule, what, address, explanation } = about;
  // A reply to a client that has not asked for SMTPUTF8 is ASCII (RFC 6531 3.5); the address is the client's own.
  const text = address.needsSmtpUtf8 ? `${what} not permitted` : `${what} ${address.text} not permitted`;
  return { kind: 'refuse', code: 550, enhanced: '5.7.1', text, rule, explanation };
}

/** Patterns in a sentence; the first few where there are many. */
export function listed(patterns: readonly string[]): string {
  if (patterns.length === 0) return 'nobody';
  if (patterns.length <= 5) return patterns.join(', ');
  return `${patterns.slice(0, 5).join(', ')} and ${patterns.length - 5} more`;
}
