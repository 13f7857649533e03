/** Every key of a source that a form serves better than text. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { textAt } from './draft.ts';
import { ChecksAt, FlagAt, Group, ListAt, Pair, TextAt, useEditing } from './fields.tsx';
import { NetworkRows } from './network-rows.tsx';

const repairs = [
  ['bare-line-feeds', 'Bare line feeds'],
  ['missing-date', 'Missing Date'],
  ['missing-message-id', 'Missing Message-ID'],
  ['missing-from', 'Missing From'],
  ['missing-mime', 'Missing MIME fields'],
  ['overlong-lines', 'Overlong lines'],
] as const;
const quirks = [
  ['space-after-colon', 'Blank after the colon of MAIL and RCPT'],
  ['missing-angle-brackets', 'No angle brackets'],
  ['hello-without-domain', 'HELO or EHLO without a name'],
  ['auth-login-plain-prompts', 'AUTH LOGIN with plain prompts'],
  ['auth-in-clear', 'Login without TLS'],
] as const;
const identities = [
  ['network', 'Address'],
  ['login', 'Login'],
  ['certificate', 'Certificate'],
] as const;
const priorities = [
  ['priority', 'Before others'],
  ['normal', 'Normal'],
  ['bulk', 'Behind others'],
] as const;

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXL },
});

export function SourceForm(): ReactNode {
  const styles = useStyles();
  const listeners = useRead('status', {}).data?.listeners ?? [];
  return (
    <div className={styles.form}>
      <Group title="What it is">
        <Pair>
          <TextAt at={['name']} label="Name" required hint="Letters, digits, dot, hyphen, underscore" />
          <TextAt at={['description']} label="Description" />
          <TextAt at={['owner']} label="Owner" hint="Mail address of who hears of failures" />
          <TextAt at={['contact']} label="Contact" />
          <TextAt at={['location']} label="Location" />
          <TextAt at={['model']} label="Model" />
          <TextAt at={['firmware', 'version']} label="Firmware" />
          <TextAt at={['firmware', 'due']} label="Firmware review due" kind="date" />
          <TextAt at={['review']} label="Next review" kind="date" />
          <TextAt at={['purpose']} label="Purpose" />
        </Pair>
        <ListAt at={['tags']} label="Tags" />
      </Group>
      <Group title="What it is recognised by">
        <NetworkRows />
        <Pair>
          <TextAt
            at={['login', 'username']}
            label="User name"
            hint="Of a login; its password is made when you save"
          />
          <TextAt at={['certificate', 'subject']} label="Certificate subject" hint="CN=host or a DNS name" />
        </Pair>
        <ChecksAt
          at={['require']}
          label="Must all hold"
          hint="None: any one of them is enough"
          choices={identities}
        />
        {listeners.length > 1 && (
          <ChecksAt
            at={['listeners']}
            label="Known on these listeners alone"
            choices={listeners.map(({ name, port }) => [name, `${name} (port ${port})`] as const)}
          />
        )}
        <FlagAt at={['requireTls']} label="Refuse mail that does not come over TLS" />
      </Group>
      <Group title="What it may do">
        <ListAt
          at={['senders']}
          label="Senders"
          required
          hint="One a line; *@contoso.com is every address of the domain. None: it may send nothing."
        />
        <FlagAt at={['nullSender']} label="May send without a sender (<>), as notices do" />
        <ListAt at={['recipients']} label="Recipients" hint="One a line; none: everybody" />
        <Pair>
          <TextAt
            at={['expires']}
            label="Ends"
            kind="date"
            hint="Valid through the end of that day, UTC; empty: never"
          />
          <Priority />
        </Pair>
        <Pair>
          <TextAt at={['limits', 'messagesPerMinute']} label="Messages a minute" kind="number" />
          <TextAt at={['limits', 'messagesPerDay']} label="Messages a day" kind="number" />
          <TextAt at={['limits', 'recipientsPerMessage']} label="Recipients a message" kind="number" />
          <TextAt at={['limits', 'messageBytes']} label="Largest message" hint="Such as 20MiB" />
        </Pair>
      </Group>
      <Group title="What is put up with">
        <ChecksAt at={['repair']} label="Repairs of malformed content" choices={repairs} />
        <ChecksAt at={['quirks']} label="Deviations from the protocol" choices={quirks} />
      </Group>
    </div>
  );
}

function Priority(): ReactNode {
  const { entry, set } = useEditing();
  const value = textAt(entry, ['priority']) || 'normal';
  return (
    <ChoiceField
      label="Priority"
      value={priorities.find(([key]) => key === value)?.[0]}
      choices={priorities}
      onChange={(next) => set(['priority'], next === 'normal' ? undefined : next)}
    />
  );
}
