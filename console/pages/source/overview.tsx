import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SourceDetail, SourceView } from '../../../contract/schemas/sources.ts';
import { useList } from '../../api/list.ts';
import { useMay } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FindingList } from '../../parts/finding-list.tsx';
import { Moment } from '../../parts/moment.tsx';
import { number } from '../../parts/words.ts';
import { MessageStatus } from '../message/message-status.tsx';
import { refusalWords } from '../refusals/refusal-words.ts';
import { ageWords, tlsWords } from '../sources/source-words.ts';

const shown = 5;

const useStyles = makeStyles({
  // Cards of unequal height one below the other, without holes between them.
  grid: {
    columnWidth: '420px',
    columnGap: tokens.spacingHorizontalL,
    '& > *': { breakInside: 'avoid', marginBottom: tokens.spacingVerticalL },
    '@media (max-width: 719px)': { columnWidth: 'auto' },
  },
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  line: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalM },
  words: { flex: '1 1 200px', minWidth: 0, overflowWrap: 'anywhere' },
  note: { color: tokens.colorNeutralForeground2 },
});

export function Overview({ detail: { source, findings } }: { readonly detail: SourceDetail }): ReactNode {
  const styles = useStyles();
  const mayTrace = useMay('help-desk');
  return (
    <div className={styles.grid}>
      {findings.length > 0 && (
        <Card title="Worth a look">
          <FindingList findings={findings} />
        </Card>
      )}
      <Card title="What was seen">
        <Seen source={source} />
      </Card>
      <Card title="What it is recognised by">
        <Identity source={source} />
      </Card>
      <Card title="What it may do">
        <Facts
          facts={[
            ['Senders', source.senders.join(', ') || 'None: it may send nothing'],
            ['Without a sender', source.nullSender ? 'Allowed (<>)' : undefined],
            ['Recipients', source.recipients.includes('*') ? 'Everybody' : source.recipients.join(', ')],
            ['TLS', source.requireTls ? 'Required' : 'Not required'],
            ['Listeners', source.listeners?.join(', ') ?? 'All'],
            ['Priority', source.priority],
            ['Repairs', source.repair.join(', ')],
            ['Quirks', source.quirks.join(', ')],
          ]}
        />
      </Card>
      <Card title="Age and review">
        <Facts
          facts={[
            ['Permission', ageWords[source.age]],
            ['Ends', source.endsAt && <Moment key="end" at={source.endsAt} show="full" />],
            ['Refused from', source.refusedAt && <Moment key="refused" at={source.refusedAt} show="full" />],
            ['Last review', source.reviewed ?? 'Never'],
            ['Next review', source.review ?? 'No date'],
            ['Firmware', source.firmware?.version],
            ['Firmware looked at', source.firmware?.checked],
            ['Firmware review due', source.firmware?.due],
          ]}
        />
      </Card>
      <Card title="What it is">
        <Facts
          facts={[
            ['Owner', source.owner ?? 'Nobody: failures are told to no person'],
            ['Purpose', source.purpose],
            ['Contact', source.contact],
            ['Location', source.location],
            ['Model', source.model],
            ['Tags', source.tags.length > 0 ? <Tags tags={source.tags} /> : undefined],
          ]}
        />
      </Card>
      {mayTrace && <Messages name={source.name} />}
      {mayTrace && <Refusals name={source.name} />}
    </div>
  );
}

function Tags({ tags }: { readonly tags: readonly string[] }): ReactNode {
  return tags.map((tag) => (
    <span key={tag}>
      <Link to="/sources" search={{ tag }}>
        {tag}
      </Link>{' '}
    </span>
  ));
}

function Seen({ source: { seen, ...source } }: { readonly source: SourceView }): ReactNode {
  if (seen.lastSeenAt === undefined) {
    return <p>Nothing was seen of it yet. Its set-up card says what to type in at the device.</p>;
  }
  return (
    <Facts
      facts={[
        ['Last seen', <Moment key="seen" at={seen.lastSeenAt} show="full" />],
        [
          'Messages',
          `${number(seen.messagesDay ?? 0)} in 24 hours, ${number(seen.messagesMonth ?? 0)} in 30 days`,
        ],
        ['Encryption', tlsWords({ ...source, seen }) || 'Not known'],
        ['Came from', seen.addresses?.join(', ')],
      ]}
    />
  );
}

function Identity({ source }: { readonly source: SourceView }): ReactNode {
  const styles = useStyles();
  const { networks, login, certificate, require } = source;
  return (
    <>
      <ul className={styles.list}>
        {networks.map(({ range, note, owner, age, endsAt }) => (
          <li key={range} className={styles.line}>
            <code className={styles.words}>{range}</code>
            <span className={styles.note}>
              {[note, owner, endsAt && `${ageWords[age]} End: ${endsAt.slice(0, 10)}`]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
      <Facts
        facts={[
          ['User name', login],
          ['Certificate', certificate ? 'A client certificate' : undefined],
          ['All must hold', require?.join(', ')],
        ]}
      />
    </>
  );
}

function Messages({ name }: { readonly name: string }): ReactNode {
  const styles = useStyles();
  const { items, isFirst } = useList('messages', { query: { source: name, limit: shown } }, 10_000);
  return (
    <Card
      title="Latest messages"
      actions={
        <Link to="/messages" search={{ source: name }}>
          All messages of it
        </Link>
      }
    >
      {!isFirst && items.length === 0 && <p>No message of it is kept.</p>}
      <ul className={styles.list}>
        {items.map((message) => (
          <li key={message.id} className={styles.line}>
            <Link to="/messages/$id" params={{ id: message.id }} className={styles.words}>
              {message.subject ?? '(no subject)'}
            </Link>
            <MessageStatus message={message} />
            <Moment at={message.at} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Refusals({ name }: { readonly name: string }): ReactNode {
  const styles = useStyles();
  const { items, isFirst } = useList('events', { query: { source: name, limit: shown } }, 10_000);
  return (
    <Card
      title="Latest refusals"
      actions={
        <Link to="/refusals" search={{ source: name }}>
          All refusals
        </Link>
      }
    >
      {!isFirst && items.length === 0 && <p>It was not refused lately.</p>}
      <ul className={styles.list}>
        {items.map((event) => (
          <li key={event.ref} className={styles.line}>
            <Link to="/refusals" search={{ source: name, open: event.ref }} className={styles.words}>
              {refusalWords(event)}
            </Link>
            <Moment at={event.at} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
