/**
 * Who hears of what. The envelope sender hears what NOTIFY asked for (RFC 3461 4.1, 5.2); the owner of the source,
 * a person named by the policy, hears of every failure and delay.
 *
 * NOTIFY is a word between sender and relay: NOTIFY=NEVER keeps notices from the sender, who asked, and not from the
 * owner, whom our own policy put there so that a device without a mailbox does not fail unseen. Nobody hears of a
 * notice that failed (RFC 3464 2: no notification about a notification), and the null sender is never written to.
 */
import type { Mailbox } from '../protocol/address.ts';
import { parseMailbox } from '../protocol/address.ts';
import type { EnvelopeRecipient } from '../message/envelope.ts';
import type { Accepted } from '../message/message.ts';
import type { DsnAction, RecipientReport } from './report.ts';

export interface Audience {
  readonly to: Mailbox;
  readonly role: 'sender' | 'owner';
  readonly recipients: readonly RecipientReport[];
}

export function audiences(
  accepted: Accepted,
  action: DsnAction,
  recipients: readonly RecipientReport[],
): readonly Audience[] {
  if (accepted.isNotice || recipients.length === 0) return [];
  const sender = accepted.envelope.reversePath;
  const owner = action === 'relayed' ? undefined : ownerOf(accepted);
  const found: Audience[] = [];
  // One letter is enough for a sender who is the owner, and as the owner he hears of everything.
  if (owner) found.push({ to: owner, role: 'owner', recipients });
  if (sender && sender.key !== owner?.key) {
    const asked = recipients.filter(({ index }) => isAsked(accepted.envelope.recipients[index], action));
    if (asked.length > 0) found.unshift({ to: sender, role: 'sender', recipients: asked });
  }
  return found;
}

function ownerOf(accepted: Accepted): Mailbox | undefined {
  const parsed = accepted.owner === undefined ? undefined : parseMailbox(accepted.owner);
  return parsed?.ok ? parsed.value : undefined;
}

/** Without NOTIFY: failures, and delays at our discretion (RFC 3461 4.1); we do tell of a delay. */
function isAsked(recipient: EnvelopeRecipient | undefined, action: DsnAction): boolean {
  const notify = recipient?.notify;
  if (notify === undefined) return action !== 'relayed';
  const word = { failed: 'failure', delayed: 'delay', relayed: 'success' } as const;
  return notify.includes(word[action]);
}
