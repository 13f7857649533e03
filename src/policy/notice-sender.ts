/**
 * Whom a notice of ours comes from where it leaves by a mailbox. Exchange Online and Graph send what comes by a mailbox as that
 * mailbox, whatever MAIL FROM says, and refuse a From that it may not send as ("How to set up a multifunction device or
 * application to send email using Microsoft 365", Microsoft Learn). Pure.
 */
import type { ConnectorConfig } from '../config/policy-schema.ts';
import type { Mailbox } from '../protocol/address.ts';
import { parseMailbox } from '../protocol/address.ts';
import type { Policy } from './policy.ts';
import { routeFor } from './route.ts';

export interface NoticeSender {
  readonly from: Mailbox;
  /** For the trace. */
  readonly why: string;
}

/** `undefined`: it leaves by no mailbox, and may come from anybody. A later change of the policy is not foreseen. */
export function noticeSender(policy: Policy, to: Mailbox): NoticeSender | undefined {
  const decision = routeFor(policy, { source: undefined, sender: null, recipient: to });
  if (decision.kind === 'none') return undefined;
  for (const name of decision.names) {
    const config = policy.connectors.get(name)?.config;
    const from = config && mailboxOf(config);
    if (from === undefined) continue;
    const why = `leaves as ${from.text}, the mailbox of connector ${name}: Microsoft 365 knows no null sender there, sends what comes by a mailbox as that mailbox and refuses another From. Answers, and reports that it cannot be delivered, go to this mailbox and not to the relay, and a notice causes no other notice`;
    return { from, why };
  }
  return undefined;
}

/** A user of Azure Communication Services is no address. */
function mailboxOf({ route }: ConnectorConfig): Mailbox | undefined {
  if (route.type !== 'graph' && route.type !== 'smtp-submission') return undefined;
  if (route.type === 'smtp-submission' && route.service === 'azure-communication-services') return undefined;
  const { credential, mailbox } = route;
  const name = mailbox ?? (credential.type === 'password' ? credential.username : undefined);
  const parsed = name === undefined ? undefined : parseMailbox(name);
  // In an ASCII notice a UTF-8 address cannot stand (RFC 6532 3).
  return parsed?.ok && !parsed.value.needsSmtpUtf8 ? parsed.value : undefined;
}
