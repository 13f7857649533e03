/** After a change of the policy: what may show something else now, and the way back. */
import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import { asProblem } from '../api/problem.ts';
import type { RouteName } from '../api/types.ts';
import { asAnnouncement, useAnnounce } from './announce.tsx';

/** Routes whose answers a change of the policy may alter. */
export const touchedByPolicy: readonly RouteName[] = [
  'policy',
  'policyRevisions',
  'sources',
  'source',
  'sourceCard',
  'connectors',
  'connector',
  'strangers',
  'strangerDecisions',
  'strangerProposal',
  'allowList',
  'certificates',
  'setup',
  'status',
];

/** Says what was done, with a button that puts the revision before in force again while no other came after. */
export function useSayPolicyChanged(): (title: string, revision: number) => void {
  const announce = useAnnounce();
  const client = useQueryClient();
  const takeBack = async (revision: number): Promise<void> => {
    try {
      const now = await call('policy', {});
      if (now.revision === revision) {
        const back = await call('restorePolicy', { params: { revision: revision - 1 } });
        announce({
          intent: 'info',
          title: 'Taken back',
          detail: `As revision ${back.revision} of the policy`,
        });
      } else {
        announce({
          intent: 'warning',
          title: 'The policy was changed again since',
          detail: 'Its history under Policy shows each change and the way back.',
        });
      }
    } catch (error) {
      announce(asAnnouncement(asProblem(error)));
    }
    await Promise.all(touchedByPolicy.map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
  return (title, revision) =>
    announce({
      intent: 'success',
      title,
      detail: `Revision ${revision} of the policy is in force`,
      ...(revision > 1 && {
        action: (
          <Button size="small" appearance="transparent" onClick={() => void takeBack(revision)}>
            Undo
          </Button>
        ),
      }),
    });
}
