/** What the tenant says about itself, held against what the policy needs. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { CloudSyncRegular } from '@fluentui/react-icons/svg/cloud-sync';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { Microsoft365Audit } from '../../../contract/schemas/microsoft365.ts';
import { useChange, useRead } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { CodeView } from '../../parts/code-view.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { DownloadButton } from '../../parts/download-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import type { OpenedFile } from '../../parts/open-files.tsx';
import { OpenFiles } from '../../parts/open-files.tsx';
import type { Tone } from '../../parts/status-badge.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { asSentence, countOf } from '../../parts/words.ts';

type Drift = Microsoft365Audit['tenants'][number]['findings'][number];

const states: Readonly<Record<Drift['state'], readonly [Tone, string]>> = {
  fail: ['bad', 'Wrong'],
  warn: ['warning', 'Warning'],
  unknown: ['plain', 'Not told'],
  ok: ['good', 'As it should be'],
};
const order = ['fail', 'warn', 'unknown', 'ok'];

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 3fr)',
    alignItems: 'start',
    gap: tokens.spacingHorizontalL,
    '@media (max-width: 1099px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  stack: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  list: { display: 'flex', flexDirection: 'column' },
  item: {
    display: 'grid',
    alignItems: 'start',
    gridTemplateColumns: '140px minmax(0, 1fr)',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    padding: `${tokens.spacingVerticalM} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 719px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  words: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
    minWidth: 0,
    overflowWrap: 'anywhere',
  },
  mend: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    '& > div:first-child': { flex: '1 1 auto', minWidth: 0 },
  },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
});

export function DriftPanel({ egress }: { readonly egress: string | undefined }): ReactNode {
  const styles = useStyles();
  const [files, setFiles] = useState<readonly OpenedFile[]>([]);
  const query = egress === undefined ? {} : { egress };
  const collect = useRead('microsoft365SetUp', { query }).data?.collect ?? '';
  const audit = useChange('microsoft365Audit', []);
  const judge = (opened: readonly OpenedFile[]): void => {
    // The newest file of a name counts, so that what was mended can be shown alone.
    const all = [...new Map([...files, ...opened].map((file) => [file.name, file])).values()];
    setFiles(all);
    audit.mutate({ body: { ...query, files: all } });
  };
  const forget = (): void => {
    setFiles([]);
    audit.reset();
  };
  return (
    <div className={styles.columns}>
      <div className={styles.stack}>
        <Card
          title="1. Let the tenant tell"
          actions={
            <div className={styles.tools}>
              <CopyButton what="Script" text={collect} />
              <DownloadButton what="Script" file="relay365-collect.ps1" text={collect} />
            </div>
          }
        >
          <p>
            Run this in PowerShell as somebody who may read the settings of Exchange Online. It changes
            nothing, and writes JSON files into the folder it runs in.
          </p>
          <CodeView wrap label="Script that collects" text={collect} />
        </Card>
        <Card title="2. Open the files">
          <p>They are read by this relay alone and not kept.</p>
          <div className={styles.tools}>
            <OpenFiles
              words={files.length === 0 ? 'Open the JSON files' : 'Open more files'}
              label="JSON files of the tenant"
              accept=".json,application/json"
              multiple
              primary
              disabled={audit.isPending}
              onFiles={judge}
            />
            {files.length > 0 && <Button onClick={forget}>Start again</Button>}
          </div>
          {files.length > 0 && (
            <p className={styles.quiet}>{`Read: ${files.map(({ name }) => name).join(', ')}`}</p>
          )}
        </Card>
      </div>
      <div className={styles.stack} aria-live="polite">
        {audit.error && <ErrorState problem={audit.error} />}
        {!audit.data && (
          <Card title="3. What differs">
            <EmptyState title="Nothing was compared yet" icon={CloudSyncRegular}>
              Inbound connectors, accepted domains, SMTP AUTH of mailboxes, service principals and Direct Send
              are held against the policy. Beside each difference stands the line that mends it.
            </EmptyState>
          </Card>
        )}
        {audit.data?.tenants.map((tenant) => (
          <Findings key={tenant.domain} tenant={tenant} />
        ))}
      </div>
    </div>
  );
}

function Findings({ tenant }: { readonly tenant: Microsoft365Audit['tenants'][number] }): ReactNode {
  const styles = useStyles();
  const { domain, findings } = tenant;
  const sorted = findings.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const differing = findings.filter(({ state }) => state === 'fail' || state === 'warn').length;
  const untold = findings.filter(({ state }) => state === 'unknown').length;
  const mends = sorted.flatMap(({ state, mend }) => (mend !== undefined && state !== 'ok' ? [mend] : []));
  return (
    <Card
      title={`3. What differs in the tenant of ${domain}`}
      actions={mends.length > 1 && <CopyButton what="All lines that mend" text={`${mends.join('\n')}\n`} />}
    >
      <p role="status">
        {differing === 0
          ? 'Nothing that was told differs from what the policy needs.'
          : `${countOf(differing, 'difference')} in ${countOf(findings.length, 'finding')}.`}
        {untold > 0 && ` Of ${countOf(untold, 'other')} no file tells.`}
      </p>
      <ul className={styles.list} aria-label={`Findings of ${domain}`}>
        {sorted.map(({ state, subject, text, mend }) => (
          <li key={`${subject} ${text}`} className={styles.item}>
            <StatusBadge tone={states[state][0]}>{states[state][1]}</StatusBadge>
            <div className={styles.words}>
              <strong>{`${subject.charAt(0).toUpperCase()}${subject.slice(1)}`}</strong>
              <span>{asSentence(text)}</span>
              {mend !== undefined && (
                <div className={styles.mend}>
                  <CodeView wrap label={`Line that mends ${subject}`} text={mend} />
                  <CopyButton small what={`Line that mends ${subject}`} text={`${mend}\n`} />
                </div>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
