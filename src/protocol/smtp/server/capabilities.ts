/** What the EHLO reply announces. What is not announced is not accepted either. */
import type { EngineLimits } from './limits.ts';

export type AuthMechanism = 'PLAIN' | 'LOGIN';

export interface Offer {
  /** The conversation runs under TLS. */
  readonly tls: boolean;
  readonly startTls: boolean;
  /** Mechanisms that may be used now. */
  readonly auth: readonly AuthMechanism[];
  /** Mechanisms exist, but only under TLS: says so to a client that tries anyway. */
  readonly authNeedsTls: boolean;
}

/** Lines of the EHLO reply after the first. */
export function capabilityLines(offer: Offer, limits: EngineLimits): string[] {
  const lines = ['PIPELINING', `SIZE ${limits.messageBytes}`, '8BITMIME'];
  if (offer.startTls && !offer.tls) lines.push('STARTTLS');
  if (offer.auth.length > 0) lines.push(`AUTH ${offer.auth.join(' ')}`);
  lines.push('ENHANCEDSTATUSCODES', 'DSN', 'CHUNKING', 'BINARYMIME', 'SMTPUTF8');
  // RFC 8689 2: REQUIRETLS is announced only under TLS.
  if (offer.tls) lines.push('REQUIRETLS');
  lines.push(`LIMITS MAILMAX=${limits.messages} RCPTMAX=${limits.recipients}`, 'HELP');
  return lines;
}
