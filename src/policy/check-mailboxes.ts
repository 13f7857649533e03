/** Connectors that send with one mailbox: what Exchange Online allows it, it allows to all of them together. */
import { submissionLimits } from '../../microsoft365/limits.ts';
import type { PolicyDocument } from '../config/policy-schema.ts';
import { printable } from './address-pattern.ts';
import type { Findings } from './findings.ts';

type ConnectorDocument = PolicyDocument['connectors'][number];

/** "Sending limits", Exchange Online limits: 3 connections of a mailbox at a time, else 432 4.3.2. */
export function checkMailboxes({ connectors }: PolicyDocument, findings: Findings): void {
  const { connections: limit, connectionsDefault } = submissionLimits;
  const byMailbox = new Map<string, { names: string[]; connections: number; last: number }>();
  for (const [index, config] of connectors.entries()) {
    const mailbox = mailboxOf(config);
    if (mailbox === undefined || config.suspended) continue;
    const sum = byMailbox.get(mailbox) ?? { names: [], connections: 0, last: index };
    sum.names.push(config.name);
    sum.connections += config.limits.connections;
    sum.last = index;
    byMailbox.set(mailbox, sum);
  }
  for (const [mailbox, { names, connections, last }] of byMailbox) {
    if (names.length < 2 || connections <= limit.value) continue;
    findings.warning(
      ['connectors', last, 'limits', 'connections'],
      `the connectors ${names.join(', ')} together may open ${connections} connections with the mailbox ${printable(mailbox)}, and Exchange Online refuses more than ${limit.value} at a time`,
      `let them have ${limit.value} together (one alone has ${connectionsDefault.value} by default), or give each a mailbox of its own`,
    );
  }
}

function mailboxOf({ route }: ConnectorDocument): string | undefined {
  if (route.type !== 'smtp-submission' || route.service !== 'exchange-online') return undefined;
  const login = route.credential.type === 'password' ? route.credential.username : undefined;
  return (route.mailbox ?? login)?.toLowerCase();
}
