/**
 * The open-relay self-test: puts the classic probes to each listener as a client that no source names, and judges the
 * answers. A 4yz is no relay either, and is told apart, because it may be a 2yz tomorrow.
 */
import type { Instant } from '../../platform/clock.ts';
import type { Policy } from '../../policy/policy.ts';
import { recognise } from '../../policy/recognise.ts';
import type { Probe } from './probes.ts';
import { probesFor } from './probes.ts';

export interface Exchange {
  readonly line: string;
  readonly reply: string;
}

/** Puts lines to a listener as a client of this address. */
export type Talk = (
  listener: string,
  address: string,
  lines: readonly string[],
) => Promise<readonly Exchange[]>;

export interface ProbeResult extends Pick<Probe, 'id' | 'title' | 'why'> {
  readonly verdict: 'refused' | 'deferred' | 'taken';
  readonly steps: readonly Exchange[];
}

export interface ListenerResult {
  readonly listener: string;
  /** Of the client that asked. */
  readonly address: string;
  /** Source that this address is taken for, because every unknown one would be. */
  readonly takenFor?: string;
  readonly probes: readonly ProbeResult[];
}

// RFC 5737 and RFC 3849: documentation addresses, which no real client has.
const unknownAddresses = [['203.0.113.77', '198.51.100.77', '192.0.2.77'], ['2001:db8::77']];

export interface SelfTestOptions {
  readonly policy: Policy;
  readonly now: Instant;
  /** A domain of ours. */
  readonly domain: string;
  readonly listeners: readonly { readonly name: string; readonly address: string }[];
  readonly talk: Talk;
}

export async function selfTest(options: SelfTestOptions): Promise<readonly ListenerResult[]> {
  const results: ListenerResult[] = [];
  for (const { name, address: own } of options.listeners) {
    const client = strangerOn(name, options);
    const probes: ProbeResult[] = [];
    for (const probe of probesFor(options.domain, own)) {
      const { id, title, why, sender, recipient } = probe;
      const steps = await options.talk(name, client.address, [
        'EHLO self-test.stranger.example',
        `MAIL FROM:${sender}`,
        `RCPT TO:${recipient}`,
      ]);
      probes.push({ id, title, why, verdict: judge(steps), steps });
    }
    results.push({ listener: name, ...client, probes });
  }
  return results;
}

/** Taken only where the recipient was; the answer to MAIL alone lets nothing out. */
export function judge(steps: readonly Exchange[]): ProbeResult['verdict'] {
  const last = steps.at(-1);
  if (!last) return 'refused';
  if (last.line.startsWith('RCPT') && last.reply.startsWith('2')) return 'taken';
  const refusal = steps.find(({ reply }) => /^[45]/.test(reply));
  return refusal?.reply.startsWith('4') === true ? 'deferred' : 'refused';
}

/** A policy that is open to one family of addresses alone is open: the one where every address is taken for a source goes first. */
function strangerOn(
  listener: string,
  options: SelfTestOptions,
): Pick<ListenerResult, 'address' | 'takenFor'> {
  const clients = unknownAddresses.map((addresses) => strangerAmong(addresses, listener, options));
  return clients.find(({ takenFor }) => takenFor !== undefined) ?? clients[0] ?? { address: '' };
}

function strangerAmong(
  addresses: readonly string[],
  listener: string,
  { policy, now }: SelfTestOptions,
): Pick<ListenerResult, 'address' | 'takenFor'> {
  let taken: { readonly address: string; readonly takenFor: string } | undefined;
  for (const address of addresses) {
    if (policy.blocked.find(address, now)) continue;
    const found = recognise(policy, { at: now, address, listener, tls: false });
    if (found.kind === 'stranger') return { address };
    taken ??= { address, takenFor: found.source.name };
  }
  return taken ?? { address: addresses[0] ?? '' };
}
