/** The message beside its list: enough to answer the telephone, with the way to the whole page. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { MessageDetail } from '../../../contract/schemas/messages.ts';
import { useRead } from '../../api/queries.ts';
import { ErrorState } from '../../parts/error-state.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { MessageActions } from '../message/message-actions.tsx';
import { MessageFacts } from '../message/message-facts.tsx';
import { MessageStatus } from '../message/message-status.tsx';
import { MoreLike } from '../message/more-like.tsx';
import { Recipients } from '../message/recipients.tsx';
import { Story } from '../message/story.tsx';
import { PagePending } from '../../shell/page-pending.tsx';

const everyMs = 3_000;

const useStyles = makeStyles({
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalL },
  part: { fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold },
});

export function MessageFlyout({
  id,
  onClose,
}: {
  readonly id: string;
  readonly onClose: () => void;
}): ReactNode {
  const { data, error, refetch } = useRead('message', { params: { id } }, { every: everyMs });
  const title = data?.id === id ? (data.subject ?? '(no subject)') : 'Message';
  return (
    <Flyout title={title} onClose={onClose}>
      {error && <ErrorState problem={error} retry={() => void refetch()} />}
      {data?.id === id ? <Found message={data} /> : !error && <PagePending />}
    </Flyout>
  );
}

function Found({ message }: { readonly message: MessageDetail }): ReactNode {
  const styles = useStyles();
  return (
    <>
      <div className={styles.head}>
        <MessageStatus message={message} />
        <Link to="/messages/$id" params={{ id: message.id }}>
          Open the whole page
        </Link>
      </div>
      <MessageActions message={message} />
      <h3 className={styles.part}>What happened</h3>
      <Story story={message.story} />
      <h3 className={styles.part}>Recipients</h3>
      <Recipients message={message} />
      <h3 className={styles.part}>About this message</h3>
      <MessageFacts message={message} />
      <h3 className={styles.part}>More like this</h3>
      <MoreLike message={message} />
    </>
  );
}
