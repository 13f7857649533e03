/** The proof that a connector works: a real message through it, and a mailbox that its identity must not send as. */
import { Button, Field, Input, makeStyles, Spinner, tokens } from '@fluentui/react-components';
import { PlugConnectedRegular } from '@fluentui/react-icons/svg/plug-connected';
import type { FormEvent, ReactNode } from 'react';
import { useState } from 'react';
import type { ValidationView } from '../../../contract/schemas/conversation.ts';
import { useChange, useRead } from '../../api/queries.ts';
import { textFilter, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import type { Tone } from '../../parts/status-badge.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { asSentence } from '../../parts/words.ts';
import { outcomes, Steps } from './steps.tsx';

const filters = { connector: textFilter };

const privilege: Readonly<Record<ValidationView['leastPrivilege'], readonly [Tone, string]>> = {
  proven: ['good', 'Proven: the mailbox that it must not send as was refused'],
  violated: ['bad', 'It may send as a mailbox that it must not send as'],
  unknown: ['warning', 'Not found out'],
  'not-asked': ['plain', 'Not asked: no such mailbox was named'],
  'not-applicable': [
    'plain',
    'Known by address or certificate: acts for no mailbox, so there is no right to narrow',
  ],
};

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 3fr)',
    alignItems: 'start',
    gap: tokens.spacingHorizontalL,
    '@media (max-width: 1099px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  foot: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
});

export function ValidationPanel(): ReactNode {
  const styles = useStyles();
  const [{ connector }, change] = useFilters(filters);
  const connectors = useRead('connectors', {}).data?.items ?? [];
  const name = connector ?? '';
  const last = useRead('connectorValidation', { params: { name } }, { enabled: name !== '' });
  const validate = useChange('validateConnector', ['connectorValidation', 'connector']);
  const [to, setTo] = useState('');
  const [from, setFrom] = useState('');
  const [canary, setCanary] = useState('');
  const isNever = last.error?.status === 404;
  const shown = last.data?.connector === name && !last.error ? last.data : undefined;
  const fault = (field: string) => {
    const finding = validate.error?.findings.find(({ path }) => path.split('.').at(-1) === field);
    return finding ? { validationMessage: finding.message } : {};
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    validate.mutate({
      params: { name },
      body: {
        to: to.trim(),
        ...(from.trim() !== '' && { from: from.trim() }),
        ...(canary.trim() !== '' && { canary: canary.trim() }),
      },
    });
  };
  return (
    <div className={styles.columns}>
      <Card title="Validate a connector">
        <form className={styles.form} onSubmit={submit}>
          <p>A real test message goes through the connector, past the queue and its rules.</p>
          <div style={{ display: 'flex' }}>
            <ChoiceField
              label="Connector"
              any="Choose one"
              value={connector}
              choices={connectors.map((one) => [one.name, one.name] as const)}
              onChange={(next) => {
                validate.reset();
                change({ connector: next });
              }}
            />
          </div>
          <Field label="Recipient of the test message" required {...fault('to')}>
            <Input value={to} onChange={(_event, { value }) => setTo(value)} />
          </Field>
          <Field
            label="Sender"
            hint="Empty: the mailbox of the connector, else postmaster of the tenant’s domain"
            {...fault('from')}
          >
            <Input value={from} onChange={(_event, { value }) => setFrom(value)} />
          </Field>
          <Field
            label="A mailbox that it must not send as"
            hint="Only a refusal proves least privilege; empty: not tried"
            {...fault('canary')}
          >
            <Input value={canary} onChange={(_event, { value }) => setCanary(value)} />
          </Field>
          <div className={styles.foot}>
            <Button
              type="submit"
              appearance="primary"
              disabled={name === '' || to.trim() === '' || validate.isPending}
            >
              Send the test message
            </Button>
            {validate.isPending && <Spinner size="tiny" label="Under way" labelPosition="after" />}
          </div>
          {validate.error && <ErrorState problem={validate.error} />}
        </form>
      </Card>
      {last.error && !isNever && <ErrorState problem={last.error} retry={() => void last.refetch()} />}
      {shown ? (
        <Result validation={shown} />
      ) : (
        <Card title="The last validation">
          <EmptyState
            title={name === '' ? 'No connector chosen' : 'Never validated'}
            icon={PlugConnectedRegular}
          >
            Its steps stand here, and stay with the connector.
          </EmptyState>
        </Card>
      )}
    </div>
  );
}

function Result({ validation }: { readonly validation: ValidationView }): ReactNode {
  const { connector, outcome, summary, at, by, to, from, delivered, leastPrivilege, steps } = validation;
  const [tone, word] = privilege[leastPrivilege];
  return (
    <Card title={`The last validation of ${connector}`}>
      <div role="status">
        <StatusBadge tone={outcomes[outcome][0]}>{outcomes[outcome][1]}</StatusBadge>
        <p>{summary}</p>
      </div>
      <Facts
        facts={[
          ['When', <Moment key="at" at={at} show="full" />],
          ['By', by],
          ['From', from],
          ['To', to],
          ['Delivered', delivered ? 'The next hop took the message' : 'No'],
          [
            'Least privilege',
            <span key="privilege">
              <StatusBadge tone={tone}>{word.split(':')[0]}</StatusBadge>
              {word.includes(':') && <p>{asSentence(word.slice(word.indexOf(':') + 2))}</p>}
            </span>,
          ],
        ]}
      />
      <Steps steps={steps} />
    </Card>
  );
}
