/**
 * Business events: everything that happens to mail leaves through `emit`, which writes log line, counter and,
 * for what is found by a reference later, an event record. It never throws and never waits.
 */
import type { ConnectorEvent } from './connector-events.ts';
import type { MailEvent } from './mail-events.ts';
import type { ServiceEvent } from './service-events.ts';

/** Fields are JSON-safe; secrets never get here (redact where they enter). */
export type RelayEvent = ServiceEvent | MailEvent | ConnectorEvent;

export interface Events {
  emit(event: RelayEvent): void;
}

/** For tests: keeps what was emitted. */
export class RecordedEvents implements Events {
  readonly list: RelayEvent[] = [];

  emit(event: RelayEvent): void {
    this.list.push(event);
  }

  /** How often each kind was emitted: what tests of whole flows assert on. */
  counts(): Record<string, number> {
    const counts = new Map<string, number>();
    for (const { kind } of this.list) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return Object.fromEntries(counts);
  }
}
