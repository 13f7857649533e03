/** What the way in tells by events: a message that was accepted, and a fault of ours. */
import type { Accepted } from '../message/message.ts';
import type { Events, RelayEvent } from '../observe/events.ts';
import { StoreError } from '../store/store.ts';
import type { Transaction } from './acceptance.ts';

export function acceptedEvent(
  { id, envelope, content }: Accepted,
  { source, client }: Transaction,
): RelayEvent {
  const { reversePath, recipients } = envelope;
  return {
    kind: 'accepted',
    id,
    source: source.name,
    address: client.address,
    sender: reversePath?.text ?? '',
    recipients: recipients.length,
    domains: domainsOf(recipients),
    bytes: content.bytes,
    helo: client.helo,
  };
}

/** A store that says no is an answer to the client; anything else is a fault of ours. */
export function tellFault(events: Events, error: unknown): void {
  if (error instanceof StoreError) return;
  const fault = error instanceof Error ? error : new Error(String(error));
  events.emit({
    kind: 'fault',
    where: 'accept',
    text: fault.message,
    ...(fault.stack !== undefined && { stack: fault.stack }),
  });
}

/** Domains that an event names; of more, the first. */
const domainsToldMax = 10;

function domainsOf(recipients: Accepted['envelope']['recipients']): readonly string[] {
  const [first] = recipients;
  if (recipients.length === 1 && first) return [first.address.domainKey];
  const domains = new Set<string>();
  for (const { address } of recipients) {
    domains.add(address.domainKey);
    if (domains.size >= domainsToldMax) break;
  }
  return [...domains];
}
