import { Button } from '@fluentui/react-components';
import { Spinner } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useChange, useRead } from '../../api/queries.ts';
import { CodeView } from '../../parts/code-view.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { DiffView } from '../../parts/diff-view.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Moment } from '../../parts/moment.tsx';
import { touchedByPolicy, useSayPolicyChanged } from '../../parts/policy-change.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { Preview } from './preview.tsx';

export interface RevisionFlyoutProps {
  readonly revision: number;
  readonly current: number;
  readonly mayEdit: boolean;
  readonly onClose: () => void;
}

export function RevisionFlyout({ revision, current, mayEdit, onClose }: RevisionFlyoutProps): ReactNode {
  const { data, error, refetch } = useRead('policyRevision', { params: { revision } });
  const [restoring, setRestoring] = useState(false);
  const found = data?.revision === revision ? data : undefined;
  return (
    <Flyout title={`Revision ${revision}`} onClose={onClose}>
      {error && <ErrorState problem={error} retry={() => void refetch()} />}
      {!found && !error && <PagePending />}
      {found && (
        <>
          <Facts
            facts={[
              ['Changed by', found.author],
              ['Time', <Moment key="at" at={found.at} show="full" />],
              ['State', revision === current ? 'In force' : 'Replaced'],
            ]}
          />
          <h3>What it changed</h3>
          <DiffView label="Lines that this revision changed" lines={found.diff} />
          {revision !== current && (
            <>
              <Link to="/policy" search={{ tab: 'history', from: String(revision), to: String(current) }}>
                Compare with the one in force
              </Link>
              {mayEdit && (
                <div>
                  <Button onClick={() => setRestoring(true)}>Roll back to this revision</Button>
                </div>
              )}
            </>
          )}
          <h3>The whole document</h3>
          <CodeView label={`Revision ${revision} as YAML`} text={found.yaml} />
        </>
      )}
      {restoring && (
        <RestoreDialog revision={revision} onClose={() => setRestoring(false)} onDone={onClose} />
      )}
    </Flyout>
  );
}

function RestoreDialog(props: {
  readonly revision: number;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): ReactNode {
  const { revision, onClose, onDone } = props;
  const preview = useRead('previewRestore', { params: { revision } });
  const restore = useChange('restorePolicy', touchedByPolicy);
  const say = useSayPolicyChanged();
  return (
    <Confirm
      title={`Roll back to revision ${revision}?`}
      action={`Put revision ${revision} in force`}
      busy={restore.isPending}
      blocked={preview.data?.valid !== true || preview.data.diff.length === 0}
      problem={restore.error ?? preview.error}
      onConfirm={() =>
        restore.mutate(
          { params: { revision } },
          {
            onSuccess(view) {
              say(`Revision ${revision} is in force again`, view.revision);
              onDone();
            },
          },
        )
      }
      onClose={onClose}
    >
      <p>It becomes a new revision: nothing of the history is lost.</p>
      {preview.data ? (
        <Preview preview={preview.data} />
      ) : (
        <Spinner size="tiny" label="Looking at the effect" />
      )}
    </Confirm>
  );
}

export interface CompareFlyoutProps {
  readonly from: number;
  readonly to: number;
  readonly onClose: () => void;
}

export function CompareFlyout({ from, to, onClose }: CompareFlyoutProps): ReactNode {
  const { data, error, refetch } = useRead('policyDiff', { query: { from, to } });
  const isIt = data?.from === from && data.to === to;
  return (
    <Flyout title={`Revision ${from} to ${to}`} onClose={onClose}>
      {error && <ErrorState problem={error} retry={() => void refetch()} />}
      {!isIt && !error && <PagePending />}
      {isIt && (
        <>
          <p>{`Lines that revision ${to} has and revision ${from} has not are marked +, the others -.`}</p>
          <DiffView label="Differences" lines={data.diff} />
        </>
      )}
    </Flyout>
  );
}
