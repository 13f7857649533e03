/** Where each recipient stands, with the answer of the other side. */
import { Button, Checkbox, makeStyles, tokens } from '@fluentui/react-components';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { MessageDetail } from '../../../contract/schemas/messages.ts';
import { useChange } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Moment } from '../../parts/moment.tsx';
import { ReplyBlock } from '../../parts/reply-block.tsx';
import { countOf } from '../../parts/words.ts';
import { touchedByAction } from './action-list.ts';
import { ArrivalLine } from './arrival-line.tsx';
import { RecipientStatus } from './message-status.tsx';

type Recipient = MessageDetail['recipients'][number];

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column' },
  item: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalM} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    ':last-child': { borderBottom: 'none' },
  },
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalXS,
  },
  address: { flex: '1 1 220px', fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  line: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalL,
    color: tokens.colorNeutralForeground2,
    overflowWrap: 'anywhere',
  },
});

export function Recipients({ message }: { readonly message: MessageDetail }): ReactNode {
  const styles = useStyles();
  const may = useMay('operator');
  const [going, setGoing] = useState<string>();
  return (
    <>
      <ul className={styles.list} aria-label="Recipients">
        {message.recipients.map((recipient) => (
          <li key={recipient.address} className={styles.item}>
            <div className={styles.head}>
              <span className={styles.address}>{recipient.address}</span>
              <RecipientStatus state={recipient.state} />
              {may && (recipient.state === 'pending' || recipient.state === 'held') && (
                <Button
                  size="small"
                  appearance="subtle"
                  icon={<DeleteRegular />}
                  aria-label={`Give up ${recipient.address}`}
                  onClick={() => setGoing(recipient.address)}
                >
                  Give up
                </Button>
              )}
            </div>
            <Line recipient={recipient} />
            {recipient.reply !== undefined && (
              <ReplyBlock reply={recipient.reply} explanation={recipient.explanation} />
            )}
            {message.arrivals
              .filter((arrival) => arrival.recipient === recipient.address)
              .map((arrival) => (
                <ArrivalLine key={arrival.recipient} arrival={arrival} />
              ))}
          </li>
        ))}
      </ul>
      {going !== undefined && (
        <GiveUp id={message.id} recipient={going} onClose={() => setGoing(undefined)} />
      )}
    </>
  );
}

function Line({ recipient }: { readonly recipient: Recipient }): ReactNode {
  const styles = useStyles();
  const { at, attempts, connector, host, nextAttemptAt, reason, reply, explanation } = recipient;
  return (
    <div className={styles.line}>
      {at !== undefined && <Moment at={at} show="full" />}
      {connector !== undefined && <span>{host === undefined ? connector : `${connector} to ${host}`}</span>}
      {attempts !== undefined && attempts > 0 && <span>{countOf(attempts, 'attempt')}</span>}
      {nextAttemptAt !== undefined && (
        <span>
          next attempt <Moment at={nextAttemptAt} show="due" />
        </span>
      )}
      {/* With its meaning beside it, the reply beneath says all of it. */}
      {reason !== undefined && reason !== reply && explanation === undefined && <span>{reason}</span>}
    </div>
  );
}

function GiveUp(props: {
  readonly id: string;
  readonly recipient: string;
  readonly onClose: () => void;
}): ReactNode {
  const [notice, setNotice] = useState(true);
  const announce = useAnnounce();
  const cancel = useChange('cancelRecipient', touchedByAction);
  const { id, recipient, onClose } = props;
  const confirm = (): void =>
    cancel.mutate(
      { params: { id }, body: { recipient, notice } },
      {
        onSuccess() {
          announce({
            intent: 'success',
            title: `${recipient} given up`,
            ...(notice && { detail: 'The sender is told.' }),
          });
          onClose();
        },
      },
    );
  return (
    <Confirm
      title="Give up one recipient?"
      action="Give up 1 recipient"
      danger
      busy={cancel.isPending}
      problem={cancel.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        The message is not delivered to {recipient}. The other recipients are not touched. This cannot be
        undone.
      </p>
      <Checkbox
        label="Tell the sender"
        checked={notice}
        onChange={(_event, { checked }) => setNotice(checked === true)}
      />
    </Confirm>
  );
}
