/** From, to, way, identity, limits, stand-in, review: each step has its place in the address, and any can be gone back to. */
import { Button, makeStyles, mergeClasses, Tab, TabList, tokens } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCallback, useState } from 'react';
import { useChange, useRead } from '../../api/queries.ts';
import { oneOf, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { faultsAmong } from '../../parts/finding-list.tsx';
import { touchedByPolicy, useSayPolicyChanged } from '../../parts/policy-change.tsx';
import { countOf } from '../../parts/words.ts';
import type { Entry, Place } from '../source/draft.ts';
import { textAt, withValueAt } from '../source/draft.ts';
import { EditingProvider } from '../source/fields.tsx';
import { IdentityStep } from './identity-step.tsx';
import { RouteStep } from './route-step.tsx';
import { FallbackStep, FromStep, LimitsStep, ReviewStep, ToStep } from './steps.tsx';
import { base, useConnectorCheck } from './use-connector-check.ts';
import { useMissing } from './use-missing.ts';

const steps = [
  ['from', 'From'],
  ['to', 'To'],
  ['route', 'Way'],
  ['identity', 'Identity'],
  ['limits', 'Limits'],
  ['fallback', 'Stand-in'],
  ['review', 'Review'],
] as const;
type Step = (typeof steps)[number][0];

const filters = { step: oneOf('from', 'to', 'route', 'identity', 'limits', 'fallback', 'review') };

const useStyles = makeStyles({
  steps: { flexWrap: 'wrap' },
  body: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXL, maxWidth: '860px' },
  // Ways stand beside one another, and lines of a document are long.
  wide: { maxWidth: '1100px' },
  actions: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  faults: { color: tokens.colorStatusDangerForeground1 },
});

export interface ConnectorEditorProps {
  readonly before: Entry;
  /** Name of the connector that it is to replace; absent: a new one. */
  readonly replaces?: string;
  readonly etag?: string | undefined;
}

export function ConnectorEditor({ before, replaces, etag }: ConnectorEditorProps): ReactNode {
  const styles = useStyles();
  const [entry, setEntry] = useState(before);
  const [{ step = 'from' }, change] = useFilters(filters);
  const missing = useMissing(step);
  const [key] = useState(() => crypto.randomUUID());
  // Of what was there when the editing began: a change by somebody else is found when it is saved.
  const [tag] = useState(etag ?? '*');
  const navigate = useNavigate();
  const known = useRead('connectors', {}).data?.items.map(({ name }) => name);
  const index = replaces === undefined ? known?.length : known?.indexOf(replaces);
  const { findings, isValid, isSettled, problem } = useConnectorCheck(entry, replaces, index);
  const set = useCallback(
    (place: Place, value: unknown) => setEntry((now) => withValueAt(now, place, value)),
    [],
  );
  const add = useChange('addConnector', touchedByPolicy);
  const put = useChange('putConnector', touchedByPolicy);
  const say = useSayPolicyChanged();
  const name = textAt(entry, ['name']);
  const at = steps.findIndex(([one]) => one === step);
  const go = (to: number): void => change({ step: steps[to]?.[0] });
  const save = (): void => {
    const body = { document: { ...entry, name } };
    const onSuccess = ({ revision }: { readonly revision: number }): void => {
      say(replaces === undefined ? `${name} was added` : `${name} was changed`, revision);
      void navigate({ to: '/connectors/$name', params: { name } });
    };
    if (replaces === undefined) add.mutate({ body, options: { idempotencyKey: key } }, { onSuccess });
    else put.mutate({ params: { name: replaces }, body, options: { ifMatch: tag } }, { onSuccess });
  };
  // An empty form is no mistake of anybody yet.
  const isUntouched = replaces === undefined && entry === before;
  const faults = isUntouched ? 0 : faultsAmong(findings);
  const failure = problem ?? add.error ?? put.error;
  const busy = add.isPending || put.isPending;
  return (
    <>
      <TabList
        className={styles.steps}
        aria-label="Steps"
        selectedValue={step}
        onTabSelect={(_event, { value }) => change({ step: filters.step(String(value)) })}
      >
        {steps.map(([one, title], place) => (
          <Tab key={one} value={one}>{`${place + 1} ${title}`}</Tab>
        ))}
      </TabList>
      <Card>
        <div className={mergeClasses(styles.body, (step === 'route' || step === 'review') && styles.wide)}>
          <EditingProvider value={{ entry, base, findings: isUntouched ? [] : findings, set, missing }}>
            {step === 'review' ? (
              <ReviewStep
                {...{ entry, before, findings, isValid, isSettled }}
                isNew={replaces === undefined}
                replaces={replaces}
              />
            ) : (
              <StepContent step={step} />
            )}
          </EditingProvider>
          {failure && <ErrorState problem={failure} />}
          <div className={styles.actions}>
            {at > 0 && <Button onClick={() => go(at - 1)}>Back</Button>}
            {at < steps.length - 1 && (
              <Button appearance="primary" onClick={() => go(at + 1)}>
                Next
              </Button>
            )}
            {step === 'review' && (
              <Button appearance="primary" disabled={busy || !isSettled || !isValid} onClick={save}>
                {replaces === undefined ? `Save ${name}` : 'Save the change'}
              </Button>
            )}
            {faults > 0 && step !== 'review' && isSettled && (
              <span
                className={styles.faults}
              >{`${countOf(faults, 'fault')} left before it can be saved`}</span>
            )}
          </div>
        </div>
      </Card>
    </>
  );
}

function StepContent({ step }: { readonly step: Exclude<Step, 'review'> }): ReactNode {
  switch (step) {
    case 'from':
      return <FromStep />;
    case 'to':
      return <ToStep />;
    case 'route':
      return <RouteStep />;
    case 'identity':
      return <IdentityStep />;
    case 'limits':
      return <LimitsStep />;
    case 'fallback':
      return <FallbackStep />;
    default:
      return step satisfies never;
  }
}
