import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import type { PolicyView } from '../../../contract/schemas/policy.ts';
import { Card } from '../../parts/card.tsx';
import { CodeView } from '../../parts/code-view.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { linesOf } from './lines-of.ts';
import { PolicyEditor } from './policy-editor.tsx';

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

export interface PolicyDocumentProps {
  readonly policy: PolicyView;
  /** Path of the policy whose lines are marked, such as `sources[0].senders`. */
  readonly at: string | undefined;
  readonly mayEdit: boolean;
  readonly isEditing: boolean;
  readonly onEdit: (isEditing: boolean) => void;
}

export function PolicyDocument({ policy, at, mayEdit, isEditing, onEdit }: PolicyDocumentProps): ReactNode {
  const styles = useStyles();
  const marked = useMemo(() => (at === undefined ? undefined : linesOf(policy.yaml, at)), [policy.yaml, at]);
  if (isEditing) return <PolicyEditor key={policy.revision} policy={policy} onDone={() => onEdit(false)} />;
  return (
    <Card
      title="The policy in force"
      actions={
        <div className={styles.tools}>
          <CopyButton what="Policy" text={policy.yaml} />
          {mayEdit && (
            <Button appearance="primary" onClick={() => onEdit(true)}>
              Edit
            </Button>
          )}
        </div>
      }
    >
      {at !== undefined && !marked && (
        <p>{`The policy says nothing at ${at}: what holds there is a default.`}</p>
      )}
      {policy.yaml.trim() === '' ? (
        <p>The policy is empty: no source may send, and there is no connector.</p>
      ) : (
        <CodeView label="Policy as YAML" text={policy.yaml} marked={marked} />
      )}
      <p>Passwords, their hashes and secrets are left out.</p>
    </Card>
  );
}
