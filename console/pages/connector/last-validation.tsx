/** The last proof that a connector works, with the steps that did not go well; the test bench makes a new one and has them all. */
import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { ValidationView } from '../../../contract/schemas/conversation.ts';
import { useRead } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf } from '../../parts/words.ts';
import { outcomes, Steps } from '../test-bench/steps.tsx';

const leastPrivilege = {
  proven: 'Proven: the mailbox that it must not send as was refused',
  violated: 'Violated: it may send as a mailbox that it must not send as',
  unknown: 'Not found out',
  'not-asked': 'Not asked: no such mailbox was named',
  'not-applicable': 'Known by address or certificate: acts for no mailbox, so there is no right to narrow',
} as const;

export function LastValidation({ name }: { readonly name: string }): ReactNode {
  const { data, error, refetch } = useRead('connectorValidation', { params: { name } });
  const isNone = error?.status === 404;
  const mayAct = useMay('operator');
  return (
    <Card
      title="Last validation"
      {...(mayAct && {
        actions: (
          <Link to="/test-bench" search={{ tab: 'validation', connector: name }}>
            {data ? 'All steps, and validate again' : 'Validate'}
          </Link>
        ),
      })}
    >
      {data && !error && <Result validation={data} />}
      {isNone && (
        <p>
          Nobody has validated it yet. A validation sends a real test message through it and shows each step.
        </p>
      )}
      {error && !isNone && <ErrorState problem={error} retry={() => void refetch()} />}
    </Card>
  );
}

function Result({ validation }: { readonly validation: ValidationView }): ReactNode {
  const { outcome, summary, at, by, from, to, steps } = validation;
  const [tone, word] = outcomes[outcome];
  const ill = steps.filter((step) => step.outcome === 'fail' || step.outcome === 'warn');
  return (
    <>
      <StatusBadge tone={tone}>{word}</StatusBadge>
      <p>{summary}</p>
      <Facts
        facts={[
          ['When', <Moment key="at" at={at} show="full" />],
          ['By', by],
          ['Test message', `from ${from} to ${to}`],
          ['Steps', `${countOf(steps.length, 'step')}, ${ill.length} not well`],
          ['Least privilege', leastPrivilege[validation.leastPrivilege]],
        ]}
      />
      {ill.length > 0 && <Steps steps={ill} />}
    </>
  );
}
