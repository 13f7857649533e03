/** The answer to a greeting that is taken. */
import { capabilityLines } from './capabilities.ts';
import type { EngineOptions } from './engine-options.ts';
import { formatServerReply } from './reply.ts';

/** 250, and to EHLO with the capabilities. */
export function helloReply(
  verb: 'HELO' | 'EHLO',
  greeting: string,
  { offer, limits }: EngineOptions,
): string {
  const text = verb === 'EHLO' ? [greeting, ...capabilityLines(offer, limits)] : greeting;
  // RFC 2034 3: no enhanced status code in the reply to HELO and EHLO.
  return formatServerReply({ code: 250, text });
}
