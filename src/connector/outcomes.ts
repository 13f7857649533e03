/** Outcomes that are the same for every recipient of an attempt. */
import type { DeliveryOutcome, RecipientOutcome } from '../message/outcome.ts';
import type { Delivery } from './connector.ts';

export function sameForAll(
  { envelope }: Delivery,
  about: Omit<DeliveryOutcome, 'recipients' | 'host'> & { readonly host?: string },
  outcome: RecipientOutcome,
): DeliveryOutcome {
  return { host: '', ...about, recipients: envelope.recipients.map(() => outcome) };
}
