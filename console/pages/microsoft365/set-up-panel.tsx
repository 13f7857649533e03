/** The checklist for the routes of the policy with the values of the tenant, to do or to take back. */
import { Field, Input, makeStyles, Radio, RadioGroup, tokens } from '@fluentui/react-components';
import { CloudRegular } from '@fluentui/react-icons/svg/cloud';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useRead } from '../../api/queries.ts';
import { useSession } from '../../app/session.ts';
import { Bar } from '../../parts/bars.tsx';
import { Card } from '../../parts/card.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { toggled } from '../../parts/data-table.tsx';
import { useDebounced } from '../../parts/debounced.ts';
import { DownloadButton } from '../../parts/download-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { SectionCard } from './section-card.tsx';
import type { TenantSetUp } from './set-up-words.ts';
import { setTicked, useTicked } from './set-up-words.ts';

export type Way = 'do' | 'undo';

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: tokens.spacingHorizontalXXL },
  egress: { flex: '1 1 280px', maxWidth: '420px' },
  scripts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  progress: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
    padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalL}`,
  },
  quiet: { color: tokens.colorNeutralForeground2 },
});

export interface SetUpPanelProps {
  readonly egress: string | undefined;
  readonly tenant: string | undefined;
  readonly way: Way;
  readonly onChange: (change: {
    readonly egress?: string | undefined;
    readonly tenant?: string | undefined;
    readonly way?: Way | undefined;
  }) => void;
}

export function SetUpPanel({ egress, tenant, way, onChange }: SetUpPanelProps): ReactNode {
  const styles = useStyles();
  const [typed, setTyped] = useState(egress);
  const asked = useDebounced(typed);
  const query = asked === undefined ? {} : { egress: asked };
  const { data, error, refetch } = useRead('microsoft365SetUp', { query });
  const isAddressFault = error?.status === 400;
  const shown = data?.tenants.find(({ domain }) => domain === tenant) ?? data?.tenants[0];
  if (!data && !error) return <PagePending />;
  if (data?.tenants.length === 0) return <NoTenant />;
  const several = data !== undefined && data.tenants.length > 1;
  return (
    <>
      <Card>
        <div className={styles.tools}>
          {several && (
            <ChoiceField
              label="Tenant"
              value={shown?.domain}
              choices={data.tenants.map(({ domain }) => [domain, domain] as const)}
              onChange={(next) => onChange({ tenant: next })}
            />
          )}
          <Field
            className={styles.egress}
            label="Public IPv4 addresses of this relay"
            hint={
              (data?.egress.length ?? 0) > 0 && typed === undefined
                ? `As egress in relay365.yaml says: ${data?.egress.join(', ')}`
                : 'They go into the SPF record and into connectors that know the relay by its address. Kept in egress of relay365.yaml, they stand here by themselves.'
            }
            {...(isAddressFault && { validationMessage: error.detail ?? error.message })}
          >
            <Input
              value={typed ?? ''}
              placeholder={data?.egress.join(', ') || '192.0.2.10'}
              onChange={(_event, { value }) => {
                const next = value.trim() === '' ? undefined : value.trim();
                setTyped(next);
                onChange({ egress: next });
              }}
            />
          </Field>
          <Field label="Show">
            <RadioGroup
              layout="horizontal"
              value={way}
              onChange={(_event, { value }) => onChange({ way: value === 'undo' ? 'undo' : undefined })}
            >
              <Radio value="do" label="The set-up" />
              <Radio value="undo" label="The way back" />
            </RadioGroup>
          </Field>
        </div>
      </Card>
      {error && !isAddressFault && <ErrorState problem={error} retry={() => void refetch()} />}
      {shown && <Checklist setUp={shown} way={way} />}
    </>
  );
}

function Checklist({ setUp, way }: { readonly setUp: TenantSetUp; readonly way: Way }): ReactNode {
  const styles = useStyles();
  const account = useSession().data?.name ?? '';
  const ticked = useTicked(account);
  const sections =
    way === 'do' ? setUp.sections : setUp.sections.toReversed().filter(({ undo }) => undo.length > 0);
  const done = setUp.sections.filter(({ id }) => ticked.has(id)).length;
  const what = way === 'do' ? 'Script' : 'Way back';
  const text = way === 'do' ? setUp.script : setUp.undo;
  const file = `relay365-${way === 'do' ? 'set-up' : 'undo'}-${setUp.domain}.ps1`;
  return (
    <Card
      flush
      title={way === 'do' ? `Tenant of ${setUp.domain}` : `The way back for ${setUp.domain}`}
      actions={
        <div className={styles.scripts}>
          <CopyButton what={what} text={text} />
          <DownloadButton what={what} file={file} text={text} />
        </div>
      }
    >
      <div className={styles.progress}>
        {way === 'do' ? (
          <>
            <p>{`${done} of ${setUp.sections.length} steps ticked off. The ticks are yours, kept in this browser; whether it is really so, the drift tells.`}</p>
            <Bar label="Steps ticked off" value={done} max={setUp.sections.length} />
          </>
        ) : (
          <p>
            In the reverse order of the set-up. Stop or disable the connectors here first: once their
            permission is gone, mail waits.
          </p>
        )}
      </div>
      <ol aria-label={way === 'do' ? 'Steps of the set-up' : 'Steps of the way back'}>
        {sections.map((section) => (
          <SectionCard
            key={section.id}
            section={section}
            way={way}
            isTicked={ticked.has(section.id)}
            onTick={() => setTicked(account, toggled(ticked, section.id))}
          />
        ))}
      </ol>
    </Card>
  );
}

function NoTenant(): ReactNode {
  return (
    <Card>
      <EmptyState title="The policy names no tenant" icon={CloudRegular}>
        <p>
          Add <code>{'tenant: { domain: contoso.com, acceptedDomains: [contoso.com] }'}</code> to the{' '}
          <Link to="/policy">policy</Link>, and a connector. What the tenant needs for it is shown here then.
        </p>
      </EmptyState>
    </Card>
  );
}
