/** What became of one sample, from the first command to the comparison. */
import type { Arrival, Sandbox } from '../../../sandbox/sandbox.ts';
import { compareContent } from './compare.ts';
import { routeFault, senderAfter } from './routes.ts';
import type { Sample } from './samples.ts';
import type { Settled, Settlements } from './settlements.ts';
import { sendSample, type RelayAddress, type Sent } from './send.ts';

export type Outcome = { readonly sample: Sample } & (
  | {
      readonly kind: 'identical';
      readonly sent: Sent;
      readonly arrival: Arrival;
      readonly arrivedMs: number;
      readonly added: readonly string[];
    }
  | {
      readonly kind: 'different';
      readonly sent: Sent;
      readonly arrival: Arrival;
      readonly arrivedMs: number;
      readonly text: string;
    }
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'missing'; readonly sent: Sent; readonly text: string }
);

/** Sends the sample, waits for its arrival until `deadline`, and holds the two against each other; never rejects. */
export async function trySample(
  sample: Sample,
  { relay, sandbox, deadline }: { relay: RelayAddress; sandbox: Sandbox; deadline: AbortSignal },
): Promise<Outcome> {
  const startedAt = performance.now();
  let sent: Sent;
  try {
    sent = await sendSample(sample, relay);
  } catch (error) {
    return { kind: 'refused', sample, text: (error as Error).message };
  }
  let arrival: Arrival;
  try {
    arrival = await sandbox.waitFor((candidate) => isArrivalOf(sample, sent, candidate), deadline);
  } catch (error) {
    return { kind: 'missing', sample, sent, text: (error as Error).message };
  }
  const arrivedMs = performance.now() - startedAt;
  const comparison = compareContent(sample.content, arrival.content, sample.repaired, sample.removed);
  const common = { sample, sent, arrival, arrivedMs };
  if (comparison.kind === 'different') return { kind: 'different', ...common, text: comparison.text };
  const wrong = routeFault(sample.route, arrival) ?? envelopeFault(sample, arrival, sandbox);
  if (wrong !== undefined) return { kind: 'different', ...common, text: wrong };
  return { kind: 'identical', ...common, added: comparison.added };
}

/**
 * Waits until the relay is done with a message that arrived as it should, and looks whether it came once: a relay that
 * misread the answer of the next hop sends it again.
 */
export async function confirmOnce(
  outcome: Outcome,
  given: { settlements: Settlements; sandbox: Sandbox; deadline: AbortSignal },
): Promise<Outcome> {
  if (outcome.kind !== 'identical') return outcome;
  const { sample, sent, arrival, arrivedMs } = outcome;
  const { reference } = sent;
  if (reference === undefined) return outcome;
  const different = (text: string): Outcome => ({
    kind: 'different',
    sample,
    sent,
    arrival,
    arrivedMs,
    text,
  });
  let result: Settled;
  try {
    result = await given.settlements.of(reference, given.deadline);
  } catch (error) {
    return different(`arrived, but the relay is not done with it: ${(error as Error).message}`);
  }
  if (result !== 'relayed') return different(`arrived, but the relay counts it as ${result}`);
  const times = given.sandbox.messages().filter((candidate) => isArrivalOf(sample, sent, candidate)).length;
  return times === 1 ? outcome : different(`arrived ${times} times`);
}

/** By recipient and reference: in a kept directory the queue may still hold mail of an earlier run. */
function isArrivalOf(sample: Sample, sent: Sent, arrival: Arrival): boolean {
  if (!arrival.acknowledged) return false;
  if (!arrival.recipients.some(({ address }) => sameMailbox(address, sample.to))) return false;
  return sent.reference === undefined || arrival.content.subarray(0, 4096).includes(sent.reference);
}

function envelopeFault(sample: Sample, arrival: Arrival, sandbox: Sandbox): string | undefined {
  const from = senderAfter(sample.route, sample.from, sandbox);
  if (!sameMailbox(arrival.from, from)) return `expected from ${from}, arrived from ${arrival.from}`;
  const wanted = [sample.to, ...sample.blind].map(normal).toSorted().join(', ');
  const reached = arrival.recipients
    .map(({ address }) => normal(address))
    .toSorted()
    .join(', ');
  if (reached !== wanted) return `sent to ${wanted}, arrived for ${reached}`;
  if (arrival.notes.length > 0) return `arrived against the rules of SMTP: ${arrival.notes.join('; ')}`;
  return undefined;
}

/** A domain may arrive as A-labels where it was sent as U-labels (RFC 5890 2.3.2.1). */
function sameMailbox(a: string, b: string): boolean {
  return normal(a) === normal(b);
}

function normal(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = URL.canParse(`http://${address.slice(at + 1)}`)
    ? new URL(`http://${address.slice(at + 1)}`).hostname
    : address.slice(at + 1).toLowerCase();
  return `${address.slice(0, at)}@${domain}`;
}
