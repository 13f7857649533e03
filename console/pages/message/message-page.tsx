/** One message: its story, where each recipient stands, its header section before and after, its content for who may see it. */
import { makeStyles, MessageBar, MessageBarBody, Tab, TabList, tokens } from '@fluentui/react-components';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { MessageDetail } from '../../../contract/schemas/messages.ts';
import { useRead } from '../../api/queries.ts';
import { oneOf, useFilters } from '../../app/filters.ts';
import { useMay } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import { CopyButton, CopyLink } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { countOf } from '../../parts/words.ts';
import { PagePending } from '../../shell/page-pending.tsx';
import { Content } from './content.tsx';
import { Headers } from './headers.tsx';
import { MessageActions } from './message-actions.tsx';
import { MessageFacts } from './message-facts.tsx';
import { MessageStatus } from './message-status.tsx';
import { MoreLike } from './more-like.tsx';
import { Recipients } from './recipients.tsx';
import { Story } from './story.tsx';

const filters = { tab: oneOf('story', 'recipients', 'headers', 'content') };
/** A message that is still in the queue is asked for again so often, in milliseconds. */
const everyMs = 3_000;

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 360px',
    alignItems: 'start',
    gap: tokens.spacingHorizontalL,
    '@media (max-width: 1099px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  lead: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  part: { fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  tabs: { overflowX: 'auto', margin: '-8px -8px 0' },
});

export function Page(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { readonly id?: string };
  const message = useRead('message', { params: { id } });
  const above = (
    <Link to="/messages" search={{}}>
      Messages
    </Link>
  );
  if (message.error && !message.data) {
    return (
      <PageFrame title="Message" above={above}>
        <ErrorState problem={message.error} retry={() => void message.refetch()} />
      </PageFrame>
    );
  }
  if (!message.data) return <PagePending />;
  return <Found message={message.data} above={above} />;
}

function Found({
  message,
  above,
}: {
  readonly message: MessageDetail;
  readonly above: ReactNode;
}): ReactNode {
  const styles = useStyles();
  useRead(
    'message',
    { params: { id: message.id } },
    { every: everyMs, enabled: message.state !== 'settled' },
  );
  const mayRead = useMay('administrator');
  const [{ tab = 'story' }, change] = useFilters(filters);
  const title = message.subject === undefined || message.subject === '' ? '(no subject)' : message.subject;
  return (
    <PageFrame
      title={title}
      above={above}
      lead={
        <span className={styles.lead}>
          <MessageStatus message={message} />
          <span>{message.id}</span>
          <CopyButton small what="Reference" text={message.id} />
          <CopyLink />
        </span>
      }
    >
      <MessageActions message={message} />
      {message.inDoubt > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            {`${countOf(message.inDoubt, 'attempt')} ended in doubt: the next hop may have the message more than once.`}
          </MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.columns}>
        <Card>
          <TabList
            className={styles.tabs}
            selectedValue={tab}
            onTabSelect={(_event, { value }) =>
              change({ tab: value === 'story' ? undefined : (value as typeof tab) })
            }
          >
            <Tab value="story">Story</Tab>
            <Tab value="recipients">{`Recipients (${message.recipients.length})`}</Tab>
            <Tab value="headers">Headers</Tab>
            {mayRead && <Tab value="content">Content</Tab>}
          </TabList>
          {tab === 'story' && <Story story={message.story} />}
          {tab === 'recipients' && <Recipients message={message} />}
          {tab === 'headers' && <Headers id={message.id} />}
          {tab === 'content' && mayRead && <Content id={message.id} isKept={message.contentKept} />}
        </Card>
        <Card title="About this message">
          <MessageFacts message={message} />
          <h3 className={styles.part}>More like this</h3>
          <MoreLike message={message} />
        </Card>
      </div>
    </PageFrame>
  );
}
