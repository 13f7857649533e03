/** What a session leaves for its transcript. */
import type { Tape } from '../observe/transcripts/tape.ts';
import type { Instant } from '../platform/clock.ts';
import type { Policy } from '../policy/policy.ts';
import type { ListenerOptions } from './options.ts';
import type { Client, SessionCore } from './session-core.ts';

/** The tape of a session that follows STARTTLS goes on where the one before it ended. */
export function beginTape(
  {
    options,
    client,
    ref,
  }: { readonly options: ListenerOptions; readonly client: Client; readonly ref: string },
  now: Instant,
): Tape | undefined {
  const tape = options.transcripts?.begin({ ref, address: client.address, listener: options.config.name });
  if (tape && client.tls) tape.secured(client.tls.version, client.tls.cipher, now);
  return tape;
}

export function endTape(core: SessionCore, tape: Tape): void {
  const { transcripts } = core.options;
  if (!transcripts || tape.endedAt !== undefined) return;
  if (core.upgrading) {
    transcripts.upgrading(tape);
    return;
  }
  const source = core.countedSource ?? core.login?.source ?? ofAddress(core.policy, core.client.address);
  transcripts.end(tape, { source, ending: core.ending?.reason ?? 'client-gone' });
}

/** A device that was refused before it was recognised is looked for under the source that has its address. */
function ofAddress(policy: Policy, address: string): string | undefined {
  return policy.networks.lookup(address)[0]?.source.name;
}
