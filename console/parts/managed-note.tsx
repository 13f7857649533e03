/** Where the policy is a file, pages only show it: which file, which key, and the lines to put there. */
import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useRead } from '../api/queries.ts';
import { useMay } from '../app/session.ts';
import { CodeView } from './code-view.tsx';
import { CopyButton } from './copy-button.tsx';

const useStyles = makeStyles({
  body: { overflowWrap: 'anywhere' },
  snippet: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
});

/** Whether this viewer may change the policy here. `undefined`: not known yet. */
export function useMayEditPolicy(): boolean | undefined {
  const isAdministrator = useMay('administrator');
  const { data } = useRead('policy', {});
  return data && isAdministrator && data.managed === 'store';
}

export interface ManagedNoteProps {
  /** Key of the policy, such as `sources`. */
  readonly at: string;
}

/** Nothing where the policy is kept in the store. */
export function ManagedNote({ at }: ManagedNoteProps): ReactNode {
  const styles = useStyles();
  const { data } = useRead('policy', {});
  if (!data || data.managed === 'store') return null;
  const where = data.file ?? 'relay365.yaml, under the key policy';
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody className={styles.body}>
        <MessageBarTitle>Read only here</MessageBarTitle>
        The policy is kept in <code>{where}</code>. Change <code>{at}</code> there
        {data.managed === 'file'
          ? '; the relay reads the file again by itself.'
          : ' and start the relay again.'}
      </MessageBarBody>
    </MessageBar>
  );
}

/** Lines for the file. */
export function Snippet({ label, yaml }: { readonly label: string; readonly yaml: string }): ReactNode {
  const styles = useStyles();
  return (
    <div className={styles.snippet}>
      <CodeView label={label} text={yaml} />
      <div>
        <CopyButton what="YAML" text={yaml} />
      </div>
    </div>
  );
}
