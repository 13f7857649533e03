/** What a message trace or a returned message told of one recipient. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { MessageDetail } from '../../../contract/schemas/messages.ts';
import { Moment } from '../../parts/moment.tsx';
import { ReplyBlock } from '../../parts/reply-block.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { asSentence } from '../../parts/words.ts';
import { verdicts } from '../microsoft365/arrival-words.ts';

const useStyles = makeStyles({
  line: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalL,
    overflowWrap: 'anywhere',
  },
});

export function ArrivalLine({ arrival }: { readonly arrival: MessageDetail['arrivals'][number] }): ReactNode {
  const styles = useStyles();
  const { verdict, text, at, exchangeAt, returned, explanation } = arrival;
  const said = returned?.diagnostic ?? returned?.status;
  return (
    <>
      <div className={styles.line}>
        <StatusBadge
          tone={verdicts[verdict][0]}
        >{`At Microsoft 365: ${verdicts[verdict][1].toLowerCase()}`}</StatusBadge>
        {said === undefined && <span>{asSentence(text)}</span>}
        <span>
          {exchangeAt === undefined ? 'Told ' : 'Taken there '}
          <Moment at={exchangeAt ?? at} show="full" />
        </span>
      </div>
      {said !== undefined && <ReplyBlock reply={said} explanation={explanation} />}
    </>
  );
}
