/** Whether a source may write to a recipient. */
import type { Mailbox } from '../protocol/address.ts';
import type { Source } from './policy.ts';
import type { Verdict } from './verdict.ts';
import { listed, notPermitted } from './verdict-text.ts';

/** Judges the recipient as the client gave it, before any rewrite. */
export function judgeRecipient(source: Source, recipient: Mailbox): Verdict {
  const pattern = source.recipients.match(recipient);
  if (pattern !== undefined) {
    return {
      kind: 'accept',
      rule: 'recipient-permitted',
      explanation: `${source.name} may write to ${pattern}, which holds ${recipient.text}`,
    };
  }
  return notPermitted({
    rule: 'recipient-not-permitted',
    what: 'Recipient',
    address: recipient,
    explanation:
      `${source.name} may write to ${listed(source.config.recipients)}, not to ${recipient.text}; ` +
      `to let it pass, add "${recipient.text}" to the recipients of ${source.name}`,
  });
}
