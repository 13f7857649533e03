/** Which of the attempts of an unknown sender a policy would let pass. */
import type { Proposal } from '../../../contract/schemas.ts';
import { simulate } from '../../diagnostics/simulate.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { Policy } from '../../policy/policy.ts';
import { parseMailbox } from '../../protocol/address.ts';
import type { AdminContext } from '../context.ts';
import { judgesOf } from '../simulator/judges.ts';
import type { Trial } from './trials.ts';

type TrialView = Proposal['effect'][number];

export function effectOf(
  context: AdminContext,
  policy: Policy | undefined,
  address: string,
  trials: readonly Trial[],
): TrialView[] {
  return trials.map((trial) => {
    const { at, sender, recipient, listener, tls, count } = trial;
    const verdict = policy ? judge(context, policy, address, trial) : noPolicy;
    return {
      at: formatInstant(at),
      sender,
      recipient,
      listener,
      count,
      ...verdict,
      ...(tls !== undefined && { tls }),
    };
  });
}

const noPolicy = { passes: false, rule: 'faulty', explanation: 'the proposal has faults, so nothing passes' };

function judge(
  context: AdminContext,
  policy: Policy,
  address: string,
  { sender, recipient, listener, tls }: Trial,
): Pick<TrialView, 'passes' | 'rule' | 'explanation'> {
  const to = parseMailbox(recipient);
  const from = sender === '' ? undefined : parseMailbox(sender);
  if (!to.ok || (from && !from.ok)) {
    return { passes: false, rule: 'address', explanation: 'the address that was tried cannot be read' };
  }
  const known = context.node.listeners.some(({ name }) => name === listener);
  const judges = judgesOf(context, policy, known ? listener : undefined);
  const result = simulate(
    {
      facts: { at: context.clock.now(), address, listener: judges.listener.name, tls: tls !== undefined },
      reversePath: from?.value ?? null,
      recipients: [to.value],
    },
    judges,
  );
  const decisive = result.stages.findLast(({ verdict }) => verdict === 'refuse' || verdict === 'defer');
  const shown = decisive ?? result.stages.findLast(({ verdict }) => verdict === 'accept');
  return {
    passes: result.verdict === 'accept',
    rule: shown?.rule ?? '',
    explanation: shown?.explanation ?? result.summary,
  };
}
