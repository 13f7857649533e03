/** The proof that a connector works: the last real test message through it, step by step, and what its identity may not do. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { ValidationView } from '../../../contract/schemas/conversation.ts';
import { useRead } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ValidateConnector } from './validate-connector.tsx';

const outcomes = {
  ok: ['good', 'It works'],
  warn: ['warning', 'It works, with something to look at'],
  fail: ['bad', 'It does not work'],
  skipped: ['plain', 'Left out'],
} as const;

const leastPrivilege = {
  proven: 'proven: the mailbox that it must not use was refused',
  violated: 'violated: it could send as a mailbox that it must not use',
  unknown: 'not known: the test did not come so far',
  'not-asked': 'not tested',
} as const;

const useStyles = makeStyles({
  steps: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  note: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
});

export function LastValidation({ name }: { readonly name: string }): ReactNode {
  const { data, error, refetch } = useRead('connectorValidation', { params: { name } });
  const isNone = error?.status === 404;
  const mayAct = useMay('operator');
  const [isOpen, open] = useState(false);
  return (
    <Card
      title="Last validation"
      {...(mayAct && {
        actions: <Button onClick={() => open(true)}>{data ? 'Validate again' : 'Validate'}</Button>,
      })}
    >
      {data && <Result validation={data} />}
      {isNone && (
        <p>
          Nobody has validated it yet. A validation sends a real test message through it and shows each step.
        </p>
      )}
      {error && !isNone && <ErrorState problem={error} retry={() => void refetch()} />}
      {isOpen && <ValidateConnector name={name} onClose={() => open(false)} />}
    </Card>
  );
}

function Result({ validation }: { readonly validation: ValidationView }): ReactNode {
  const styles = useStyles();
  const { outcome, summary, at, by, from, to, steps } = validation;
  const [tone, words] = outcomes[outcome];
  return (
    <>
      <StatusBadge tone={tone}>{words}</StatusBadge>
      <p>{summary}</p>
      <Facts
        facts={[
          ['When', <Moment key="at" at={at} show="full" />],
          ['By', by],
          ['Test message', `from ${from} to ${to}`],
          ['Least privilege', leastPrivilege[validation.leastPrivilege]],
        ]}
      />
      <ol className={styles.steps}>
        {steps.map((step, place) => (
          <li key={`${place} ${step.step}`}>
            <StatusBadge
              tone={outcomes[step.outcome][0]}
            >{`${step.title}, ${Math.round(step.ms)} ms`}</StatusBadge>
            <p className={styles.note}>{step.explained}</p>
            {step.outcome !== 'ok' && step.advice !== undefined && (
              <p className={styles.note}>{step.advice}</p>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
