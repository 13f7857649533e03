import {
  Button,
  Checkbox,
  Field,
  Input,
  makeStyles,
  Radio,
  RadioGroup,
  tokens,
} from '@fluentui/react-components';
import type { FormEvent, ReactNode } from 'react';
import { useState } from 'react';
import type { ApiProblem } from '../../api/problem.ts';
import { useRead } from '../../api/queries.ts';
import { ChoiceField } from '../../parts/choice-field.tsx';
import type { Question } from './question.ts';
import { missingIn, targets, tlsModes } from './question.ts';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  pair: {
    display: 'grid',
    alignItems: 'start',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 160px), 1fr))',
    gap: tokens.spacingHorizontalM,
    // Else a text field is as wide as twenty characters at least, and sticks out of a narrow card.
    '& .fui-Input, & input': { minWidth: 0, width: '100%' },
  },
  foot: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  quiet: { color: tokens.colorNeutralForeground2 },
});

const smtpPort = 25;
const submissionsPort = 465;

export interface QuestionFormProps {
  readonly question: Question;
  readonly problem: ApiProblem | undefined;
  readonly isBusy: boolean;
  readonly onSubmit: (question: Question, password: string) => void;
  readonly onStop: () => void;
}

export function QuestionForm(props: QuestionFormProps): ReactNode {
  const styles = useStyles();
  const [typed, setTyped] = useState<Question>(props.question);
  const [password, setPassword] = useState('');
  const connectors = useRead('connectors', {}).data?.items ?? [];
  const listeners = useRead('status', {}).data?.listeners ?? [];
  const set = (change: Question): void => setTyped((before) => ({ ...before, ...change }));
  const { target = 'host', tls = 'starttls' } = typed;
  const missing = missingIn(typed);
  const fault = (name: string) => {
    const finding = props.problem?.findings.find(({ path }) => path.split('.').at(-1) === name);
    return finding ? { validationMessage: `${finding.message} (${finding.expected ?? ''})` } : {};
  };
  const text = (
    name: 'host' | 'serverName' | 'address' | 'login' | 'sender' | 'recipient' | 'helo',
    label: string,
    hint?: string,
  ) => (
    <Field label={label} {...fault(name)} {...(hint !== undefined && { hint })}>
      <Input
        value={typed[name] ?? ''}
        autoComplete="off"
        onChange={(_event, { value }) => set({ [name]: value === '' ? undefined : value.trim() })}
      />
    </Field>
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (missing === undefined && !props.isBusy) props.onSubmit({ ...typed, target }, password);
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label="With whom">
        <RadioGroup
          value={target}
          onChange={(_event, { value }) => set({ target: targets.find((one) => one === value) })}
        >
          <Radio value="host" label="Any host and port" />
          <Radio value="connector" label="A connector: its next hop, with its TLS, identity and token" />
          <Radio value="listener" label="This relay, as a client of an address would meet it" />
        </RadioGroup>
      </Field>
      {target === 'host' && (
        <>
          <div className={styles.pair}>
            {text('host', 'Host', 'Name or address')}
            <Field label="Port" {...fault('port')}>
              <Input
                inputMode="numeric"
                placeholder={String(tls === 'implicit' ? submissionsPort : smtpPort)}
                value={typed.port === undefined ? '' : String(typed.port)}
                onChange={(_event, { value }) =>
                  set({ port: /^\d{1,5}$/.test(value) ? Number(value) : undefined })
                }
              />
            </Field>
          </div>
          <div className={styles.pair}>
            <ChoiceField
              label="TLS"
              value={tls}
              choices={tlsModes}
              onChange={(next) =>
                set({
                  tls: next,
                  ...(next === 'implicit' && typed.port === undefined && { port: submissionsPort }),
                })
              }
            />
            <ChoiceField
              label="Internet protocol"
              value={typed.ip ?? 'any'}
              choices={[
                ['any', 'IPv4 or IPv6'],
                ['4', 'IPv4'],
                ['6', 'IPv6'],
              ]}
              onChange={(ip) => set({ ip })}
            />
          </div>
          {text('serverName', 'Name in the certificate', 'Empty: the host')}
        </>
      )}
      {target === 'connector' && (
        <div style={{ display: 'flex' }}>
          <ChoiceField
            label="Connector"
            any="Choose one"
            value={typed.connector}
            choices={connectors.map(({ name }) => [name, name] as const)}
            onChange={(connector) => set({ connector })}
          />
        </div>
      )}
      {target === 'listener' && (
        <div className={styles.pair}>
          {text('address', 'Address of the client')}
          <ChoiceField
            label="Listener"
            value={typed.listener ?? listeners[0]?.name}
            choices={listeners.map(({ name, port }) => [name, `${name} (port ${port})`] as const)}
            onChange={(listener) => set({ listener })}
          />
        </div>
      )}
      {target === 'listener' && (
        <Checkbox
          label="STARTTLS where the listener offers it"
          checked={typed.tls !== 'off'}
          onChange={(_event, { checked }) => set({ tls: checked === true ? undefined : 'off' })}
        />
      )}
      {target !== 'connector' && (
        <div className={styles.pair}>
          {text('login', 'User name', 'Empty: no login')}
          <Field
            label="Password"
            hint={
              target === 'listener' ? 'Empty: the login is taken as successful' : 'Masked in what is shown'
            }
          >
            <Input
              type="password"
              autoComplete="off"
              value={password}
              onChange={(_event, { value }) => setPassword(value)}
            />
          </Field>
        </div>
      )}
      <div className={styles.pair}>
        {text('sender', 'Sender', 'Empty: it ends before MAIL')}
        {text('recipient', 'Recipient', 'Empty: it ends before RCPT')}
      </div>
      {text('helo', 'HELO name', 'Empty: the name of this relay')}
      <Checkbox
        label="Send a test message"
        checked={typed.send === true}
        onChange={(_event, { checked }) => set({ send: checked === true ? true : undefined })}
      />
      <p className={styles.quiet}>
        {typed.send === true
          ? `A real message goes to ${typed.recipient ?? 'the recipient'}.`
          : 'RSET and QUIT follow the last step: nothing is sent.'}
      </p>
      <div className={styles.foot}>
        <Button type="submit" appearance="primary" disabled={missing !== undefined || props.isBusy}>
          {typed.send === true ? 'Send the test message' : 'Hold the conversation'}
        </Button>
        {props.isBusy && <Button onClick={props.onStop}>Stop</Button>}
        {missing !== undefined && <span className={styles.quiet}>{missing}</span>}
      </div>
    </form>
  );
}
