/** What a policy would change, before it is in force: sources, connectors, dangers, lines. */
import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { PolicyPreview } from '../../../contract/schemas/policy.ts';
import { DiffView } from '../../parts/diff-view.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FindingList } from '../../parts/finding-list.tsx';

const useStyles = makeStyles({ list: { paddingLeft: '18px', listStyleType: 'disc' } });

export function Preview({ preview }: { readonly preview: PolicyPreview }): ReactNode {
  const styles = useStyles();
  const { sources, connectors, dangers, diff, findings } = preview;
  const named = (names: readonly string[]): string | undefined =>
    names.length === 0 ? undefined : names.join(', ');
  return (
    <>
      <p>It takes effect at once, for the next message. What waits in the queue is looked at anew.</p>
      <Facts
        facts={[
          ['Sources added', named(sources.added)],
          ['Sources removed', named(sources.removed)],
          ['Sources changed', named(sources.changed)],
          ['Connectors added', named(connectors.added)],
          ['Connectors removed', named(connectors.removed)],
          ['Connectors changed', named(connectors.changed)],
          ['Dangers gone', named(dangers.removed)],
        ]}
      />
      {dangers.added.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>It brings dangerous settings</MessageBarTitle>
            <ul className={styles.list}>
              {dangers.added.map((danger) => (
                <li key={danger}>{danger}</li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
      <DiffView label="Changed lines of the policy" lines={diff} />
      <FindingList findings={findings.filter(({ severity }) => severity === 'error')} />
    </>
  );
}
