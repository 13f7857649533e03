/** The whole policy as text: faults with their lines while it is typed, and what it would change before it is put in force. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useRef, useState } from 'react';
import type { PolicyPreview, PolicyView } from '../../../contract/schemas/policy.ts';
import { call } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { useChange } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { useDebounced } from '../../parts/debounced.ts';
import { ErrorState } from '../../parts/error-state.tsx';
import { faultsAmong, FindingList } from '../../parts/finding-list.tsx';
import { touchedByPolicy, useSayPolicyChanged } from '../../parts/policy-change.tsx';
import { countOf } from '../../parts/words.ts';
import type { YamlEditorHandle } from '../../parts/yaml-editor.tsx';
import { YamlEditor } from '../../parts/yaml-editor.tsx';
import { Preview } from './preview.tsx';

const useStyles = makeStyles({
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  findings: { maxHeight: '30vh', overflow: 'auto' },
});

export interface PolicyEditorProps {
  readonly policy: PolicyView;
  readonly onDone: () => void;
}

export function PolicyEditor({ policy, onDone }: PolicyEditorProps): ReactNode {
  const styles = useStyles();
  const [text, setText] = useState(policy.yaml);
  const [asking, setAsking] = useState(false);
  const settled = useDebounced(text);
  const editor = useRef<YamlEditorHandle>(null);
  const { data, error, isFetching } = useQuery<PolicyPreview, ApiProblem>({
    queryKey: ['previewPolicy', settled],
    queryFn: ({ signal }) => call('previewPolicy', { body: { text: settled } }, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const isSettled = settled === text && !isFetching && !error;
  const findings = data?.findings ?? [];
  const faults = faultsAmong(findings);
  const isUnchanged = text === policy.yaml;
  return (
    <Card title="Edit the policy">
      <p>
        A value that reads [redacted] stays what it is. Everything else, comments included, is kept as it is
        written here.
      </p>
      <YamlEditor
        label="Policy as YAML"
        value={text}
        findings={findings}
        handle={editor}
        onChange={setText}
      />
      <div className={styles.findings} aria-live="polite" role="region" aria-label="Findings" tabIndex={0}>
        {isSettled && findings.length === 0 && <p>No fault, no warning.</p>}
        <FindingList
          findings={findings}
          onGo={({ line = 1, column = 1 }) => editor.current?.go(line, column)}
        />
      </div>
      {error && <ErrorState problem={error} />}
      <div className={styles.buttons}>
        <Button
          appearance="primary"
          disabled={!isSettled || isUnchanged || data?.valid !== true}
          onClick={() => setAsking(true)}
        >
          {faults > 0 ? `${countOf(faults, 'fault')} to mend` : 'See the effect and save'}
        </Button>
        <Button onClick={onDone}>{isUnchanged ? 'Close' : 'Discard'}</Button>
      </div>
      {asking && data && (
        <Save text={text} preview={data} onSaved={onDone} onClose={() => setAsking(false)} />
      )}
    </Card>
  );
}

function Save(props: {
  readonly text: string;
  readonly preview: PolicyPreview;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { text, preview, onSaved, onClose } = props;
  const put = useChange('putPolicy', touchedByPolicy);
  const say = useSayPolicyChanged();
  return (
    <Confirm
      title="Put this policy in force?"
      action="Put it in force"
      busy={put.isPending}
      problem={put.error}
      onConfirm={() =>
        put.mutate(
          { body: { text } },
          {
            onSuccess({ revision }) {
              say('The policy was changed', revision);
              onSaved();
            },
          },
        )
      }
      onClose={onClose}
    >
      <Preview preview={preview} />
    </Confirm>
  );
}
