/** Sources from a table: judged row by row first, then put in force as one revision. */
import { Button, Field, makeStyles, Textarea, tokens } from '@fluentui/react-components';
import { Link, useNavigate } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useRef, useState } from 'react';
import type { CsvResult } from '../../../contract/schemas/sources.ts';
import { call, urlOf } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { useChange } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { useDebounced } from '../../parts/debounced.ts';
import { DiffView } from '../../parts/diff-view.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { ManagedNote, useMayEditPolicy } from '../../parts/managed-note.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { touchedByPolicy, useSayPolicyChanged } from '../../parts/policy-change.tsx';
import { countOf } from '../../parts/words.ts';
import { ImportTable } from './import-table.tsx';

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  area: { '& textarea': { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 } },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [csv, setCsv] = useState('');
  const [asking, setAsking] = useState(false);
  const settled = useDebounced(csv);
  const picker = useRef<HTMLInputElement>(null);
  const mayEdit = useMayEditPolicy() === true;
  const trial = useQuery<CsvResult, ApiProblem>({
    queryKey: ['importSources', settled],
    queryFn: ({ signal }) => call('importSources', { body: { csv: settled, apply: false } }, { signal }),
    enabled: settled.trim() !== '',
    gcTime: 0,
  });
  const result = settled === csv && csv.trim() !== '' ? trial.data : undefined;
  const faults = result?.findings.filter(({ severity }) => severity === 'error').length ?? 0;
  const changes = (result?.added.length ?? 0) + (result?.changed.length ?? 0);
  return (
    <PageFrame
      title="Import sources"
      above={<Link to="/sources">Sources</Link>}
      lead="A table with a line of titles. Rows whose name is known change that source, others are added; sources that are not in the table stay as they are."
    >
      <ManagedNote at="sources" />
      <Card title="The table">
        <div className={styles.tools}>
          <Button onClick={() => picker.current?.click()}>Choose a CSV file</Button>
          <input
            ref={picker}
            type="file"
            accept=".csv,text/csv"
            hidden
            aria-label="CSV file"
            onChange={(event) => void event.target.files?.[0]?.text().then(setCsv)}
          />
          <a href={urlOf('exportSources', {})} download="sources.csv">
            The sources of today as a table to begin with
          </a>
        </div>
        <Field
          label="Or paste it here"
          hint="Several values in one cell are separated by semicolons. Passwords, certificates, limits and rewrites have no column and stay as they are."
        >
          <Textarea
            className={styles.area}
            rows={8}
            resize="vertical"
            value={csv}
            placeholder={
              'name,owner,location,networks,senders\nhall-3-printer,warehouse@contoso.com,Hall 3,192.0.2.18,scanner@contoso.com'
            }
            onChange={(_event, { value }) => setCsv(value)}
          />
        </Field>
      </Card>
      {trial.error && csv.trim() !== '' && <ErrorState problem={trial.error} />}
      {result && (
        <Card
          title="What it would do"
          actions={
            mayEdit && (
              <Button
                appearance="primary"
                disabled={faults > 0 || changes === 0}
                onClick={() => setAsking(true)}
              >
                {faults > 0 ? `${countOf(faults, 'fault')} to mend` : `Apply ${countOf(changes, 'change')}`}
              </Button>
            )
          }
        >
          <p aria-live="polite">
            {`${countOf(result.added.length, 'source')} added, ${result.changed.length} changed, ${result.unchanged.length} as they are.`}
          </p>
          <ImportTable result={result} />
          <DiffView label="Changed lines of the policy" lines={result.diff} />
        </Card>
      )}
      {asking && result && <Apply csv={csv} result={result} onClose={() => setAsking(false)} />}
    </PageFrame>
  );
}

function Apply(props: {
  readonly csv: string;
  readonly result: CsvResult;
  readonly onClose: () => void;
}): ReactNode {
  const { csv, result, onClose } = props;
  const apply = useChange('importSources', touchedByPolicy);
  const say = useSayPolicyChanged();
  const navigate = useNavigate();
  const words = `${countOf(result.added.length, 'source')} added, ${result.changed.length} changed`;
  return (
    <Confirm
      title="Put the table in force?"
      action={`Apply ${countOf(result.added.length + result.changed.length, 'change')}`}
      busy={apply.isPending}
      problem={apply.error}
      onConfirm={() =>
        apply.mutate(
          { body: { csv, apply: true } },
          {
            onSuccess({ revision }) {
              say(words, revision);
              void navigate({ to: '/sources' });
            },
          },
        )
      }
      onClose={onClose}
    >
      <p>{`${words}, as one revision of the policy that can be taken back. It takes effect at once.`}</p>
    </Confirm>
  );
}
