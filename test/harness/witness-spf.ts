/** What sessions were told of SPF, so that the simulator judges with the same result. */
import type { SimulationQuestion } from '../../src/diagnostics/simulation.ts';
import type { SessionCore } from '../../src/listener/session-core.ts';
import type { SpfVerdict } from '../../src/protocol/spf/spf.ts';

/** What each listener was told of SPF, by client and sender. */
const spfKnown = new WeakMap<object, Map<string, SpfVerdict>>();

export function listenToSpf({ options }: SessionCore): void {
  const { spf } = options;
  if (!spf || spfKnown.has(options)) return;
  const known = new Map<string, SpfVerdict>();
  spfKnown.set(options, known);
  (options as { spf?: typeof spf }).spf = async (question) => {
    const verdict = await spf(question);
    known.set(`${question.address} ${question.helo} ${question.sender}`, verdict);
    return verdict;
  };
}

export function spfOf(
  { options, client, helo }: SessionCore,
  sender: SimulationQuestion['reversePath'],
): SpfVerdict | undefined {
  const text = sender === null ? '' : `${sender.localPart}@${sender.domainKey}`;
  return spfKnown.get(options)?.get(`${client.address} ${helo} ${text}`);
}
