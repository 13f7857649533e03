/** The same for connections that are not let in: blocked addresses, and listeners that have their fill. */
import { simulate } from '../../src/diagnostics/simulate.ts';
import type { admissionRefusal, crowdedRefusal } from '../../src/listener/admission.ts';
import { tell } from './witness-record.ts';

type Live = typeof admissionRefusal;

const passed = { kind: 'accept', rule: 'witness', explanation: 'not asked' } as const;

export function witnessedAdmission(live: Live, crowded: typeof crowdedRefusal): Live {
  return (asked) => {
    const { policy, limits, counts, address, now } = asked;
    const { stages } = simulate(
      { facts: { at: now, address, listener: 'witness', tls: false }, reversePath: null, recipients: [] },
      {
        policy,
        listener: { name: 'witness', tls: 'off', messageBytes: 0, recipients: 0 },
        cutOver: undefined,
        admission: (of) => crowded(limits, counts, of),
        connection: () => passed,
        rate: () => passed,
        room: () => undefined,
        content: () => {
          throw new Error('a connection has no content');
        },
        rewrite: () => ({ reversePath: null, recipients: [], changes: [] }),
      },
    );
    const [first] = stages;
    const simulated = first?.stage === 'listener' ? first.reply : undefined;
    const refusal = live(asked);
    const said = refusal && `${refusal.code} ${refusal.enhanced} ${refusal.text}`;
    tell({ kind: 'compared', decision: 'connection' });
    if (said !== simulated) {
      const text = `connection from ${address}: the listener said ${said ?? 'yes'} (${refusal?.rule ?? 'no rule'}), the simulator ${simulated ?? 'yes'}`;
      tell({ kind: 'disagreement', text });
    }
    return refusal;
  };
}
