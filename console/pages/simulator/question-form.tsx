import { Button, Checkbox, Field, Input, makeStyles, Textarea, tokens } from '@fluentui/react-components';
import type { FormEvent, ReactNode } from 'react';
import { useState } from 'react';
import type { ApiProblem } from '../../api/problem.ts';
import { useRead } from '../../api/queries.ts';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { MoreFields } from '../../parts/more-fields.tsx';
import type { GivenContent } from './content.ts';
import { ContentField } from './content-field.tsx';
import type { Question } from './question.ts';
import { bytesIn, isUnusual, sizeText } from './question.ts';

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
});

const spfResults = [
  ['pass', 'pass: the client may send for the domain'],
  ['fail', 'fail: it may not'],
  ['softfail', 'softfail: it probably may not'],
  ['neutral', 'neutral: the domain does not say'],
  ['none', 'none: there is no record'],
  ['temperror', 'temperror: DNS did not answer'],
  ['permerror', 'permerror: the record has a fault'],
] as const;

/** Names of the request's fields that a finding may be about. */
const namedOtherwise: Readonly<Record<string, string>> = { certificate: 'fingerprint' };

export interface QuestionFormProps {
  readonly question: Question;
  readonly problem: ApiProblem | null;
  readonly content: GivenContent | undefined;
  readonly onSubmit: (question: Question, content: GivenContent | undefined) => void;
}

export function QuestionForm({ question, content, problem, onSubmit }: QuestionFormProps): ReactNode {
  const styles = useStyles();
  const [typed, setTyped] = useState<Question>(question);
  const [message, setMessage] = useState(content);
  // A link with another message in it begins anew.
  const given = JSON.stringify(question);
  const [size, setSize] = useState(sizeText(question.bytes));
  const [seen, setSeen] = useState(given);
  if (seen !== given) {
    setSeen(given);
    setTyped(question);
    setSize(sizeText(question.bytes));
  }
  const listeners = useRead('status', {}).data?.listeners ?? [];
  const set = (change: Question): void => setTyped((before) => ({ ...before, ...change }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const entries = Object.entries(typed).filter(([, value]) => value !== undefined && value !== '');
    onSubmit(Object.fromEntries(entries), message);
  };
  const found = (name: string): { readonly validationMessage?: string } => {
    const finding = problem?.findings.find(({ path }) => {
      const [first = ''] = path.replace(/^body\./, '').split(/[.[]/);
      return (namedOtherwise[first] ?? first) === name;
    });
    return finding ? { validationMessage: `${finding.message} (${finding.expected ?? ''})` } : {};
  };
  const text = (
    name: 'address' | 'helo' | 'login' | 'sender' | 'from' | 'fingerprint' | 'commonName',
    label: string,
    hint?: string,
  ) => (
    <Field label={label} required={name === 'address'} {...found(name)} {...(hint !== undefined && { hint })}>
      <Input value={typed[name] ?? ''} onChange={(_event, { value }) => set({ [name]: value })} />
    </Field>
  );
  const isSizeRead = size.trim() === '' || bytesIn(size) !== undefined;
  const sizeFault = isSizeRead ? {} : { validationMessage: 'A number with B, KB, MB, KiB or MiB' };
  const isReady = isSizeRead && (typed.address ?? '').trim() !== '' && (typed.recipients ?? '').trim() !== '';
  return (
    <form className={styles.form} onSubmit={submit}>
      {text('address', 'Address of the client')}
      {text('sender', 'Sender', 'Of the envelope (MAIL FROM); empty: the null sender <>')}
      <Field label="Recipients" hint="One a line, or separated by commas" required {...found('recipients')}>
        <Textarea
          rows={2}
          resize="vertical"
          value={typed.recipients ?? ''}
          onChange={(_event, { value }) => set({ recipients: value })}
        />
      </Field>
      <Field label="Size" hint="9 MB, 36 MiB or bytes; empty: a small one" {...found('bytes')} {...sizeFault}>
        <Input
          value={size}
          onChange={(_event, { value }) => {
            setSize(value);
            set({ bytes: bytesIn(value) });
          }}
        />
      </Field>
      <MoreFields title="What the message says" isFilled={message !== undefined}>
        <ContentField content={message} fault={found('content').validationMessage} onChange={setMessage} />
      </MoreFields>
      <MoreFields title="More about the session and its login" isFilled={isUnusual(question)}>
        {text('from', 'Header From', 'Empty: as the sender')}
        <div className={styles.pair}>
          <ChoiceField
            label="Listener"
            value={typed.listener ?? listeners[0]?.name}
            choices={listeners.map(({ name, port }) => [name, `${name} (port ${port})`] as const)}
            onChange={(listener) => set({ listener })}
          />
          {text('helo', 'HELO name')}
        </div>
        <Checkbox
          label="The session is encrypted (TLS)"
          checked={typed.tls === true}
          onChange={(_event, { checked }) => set({ tls: checked === true ? true : undefined })}
        />
        <ChoiceField
          wide
          label="Result of SPF"
          any="Looked up where it is asked"
          hint="RFC 7208 2.6; counts where the policy or the listener asks for SPF"
          value={typed.spf}
          choices={spfResults}
          onChange={(spf) => set({ spf })}
        />
        <div className={styles.pair}>
          {text('login', 'User name', 'Of a login that succeeded')}
          {text('commonName', 'Certificate name', 'Of one that a known CA signed')}
        </div>
        {text('fingerprint', 'Certificate fingerprint', 'SHA-256')}
      </MoreFields>
      <div>
        <Button type="submit" appearance="primary" disabled={!isReady}>
          See what would happen
        </Button>
      </div>
    </form>
  );
}
