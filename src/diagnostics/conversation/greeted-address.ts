/**
 * The address that a next hop sees us come from, as its answer to EHLO says it: Exchange Online greets with
 * "Hello [203.0.113.9]", Postfix and others with "Hello name [203.0.113.9]". Asked of the next hop that mail goes to, and
 * of nobody else. Pure.
 */
import { isIP } from 'node:net';
import type { ConversationStep } from './conversation.ts';

const greeted = /\bhello\b.*?\[(?:IPv6:)?([0-9a-fA-F:.]{3,45})\]/i;

export function greetedAddress(steps: readonly ConversationStep[]): string | undefined {
  const replies = steps.filter(({ step }) => step === 'ehlo' || step === 'ehlo-tls');
  for (const { received } of replies) {
    const address = greeted.exec(received[0] ?? '')?.[1];
    if (address !== undefined && isIP(address) !== 0) return address;
  }
  return undefined;
}
