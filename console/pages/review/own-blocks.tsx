/** Addresses that the review blocks by itself, where the configuration lets it; each can be taken back. */
import {
  Button,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  tokens,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { ReviewBlocks } from '../../../contract/schemas/review.ts';
import { useChange, useRead } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';
import { Card } from '../../parts/card.tsx';
import { Moment } from '../../parts/moment.tsx';
import { countOf } from '../../parts/words.ts';

const everyMs = 30_000;

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  row: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalL },
  words: { flex: '1 1 20rem', overflowWrap: 'anywhere' },
});

export function OwnBlocks(): ReactNode {
  const blocks = useRead('reviewBlocks', {}, { every: everyMs }).data;
  if (blocks === undefined || !blocks.enabled) return null;
  return (
    <>
      <MessageBar intent="warning">
        <MessageBarBody>
          <MessageBarTitle>The review blocks addresses by itself</MessageBarTitle>
          {`review.block of relay365.yaml lets it: at most ${countOf(blocks.most ?? 0, 'address', 'addresses')} at a time, never one of a source.`}
        </MessageBarBody>
      </MessageBar>
      {blocks.items.length > 0 && <Blocked items={blocks.items} />}
    </>
  );
}

function Blocked({ items }: Pick<ReviewBlocks, 'items'>): ReactNode {
  const styles = useStyles();
  const mayLift = useMay('administrator');
  const lift = useChange('liftReviewBlock', ['review', 'reviewBlocks', 'strangers']);
  const announce = useAnnounce();
  const takeBack = (address: string): void =>
    lift.mutate(
      { params: { address } },
      {
        onSuccess: () => announce({ intent: 'success', title: `${address} may connect again` }),
        onError: (problem) => announce(asAnnouncement(problem)),
      },
    );
  return (
    <Card title="Blocked by the review">
      <ul className={styles.list}>
        {items.map(({ address, until, text }) => (
          <li key={address} className={styles.row}>
            <span className={styles.words}>
              <strong>{address}</strong>
              {' until '}
              <Moment at={until} show="full" />
              {`. ${text}`}
            </span>
            {mayLift && (
              <Button disabled={lift.isPending} onClick={() => takeBack(address)}>
                {`Unblock ${address}`}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
