/** What happened to a message, as sentences along a line of time. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Sentence } from '../../../contract/schemas/messages.ts';
import { Moment } from '../../parts/moment.tsx';
import { ReplyBlock } from '../../parts/reply-block.tsx';

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column' },
  item: {
    position: 'relative',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
    padding: `0 0 ${tokens.spacingVerticalL} 24px`,
    '::before': {
      content: '""',
      position: 'absolute',
      left: '3px',
      top: '6px',
      width: '10px',
      height: '10px',
      borderRadius: tokens.borderRadiusCircular,
      backgroundColor: tokens.colorBrandBackground,
      '@media (forced-colors: active)': { backgroundColor: 'CanvasText' },
    },
    '::after': {
      content: '""',
      position: 'absolute',
      left: '7px',
      top: '20px',
      bottom: '-4px',
      width: '2px',
      backgroundColor: tokens.colorNeutralStroke2,
    },
    ':last-child::after': { display: 'none' },
  },
  well: {},
  trouble: { '::before': { backgroundColor: tokens.colorStatusWarningForeground3 } },
  failed: { '::before': { backgroundColor: tokens.colorStatusDangerForeground1 } },
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalM,
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
  },
  text: { overflowWrap: 'anywhere' },
});

/** By the class of the reply (RFC 5321 4.2.1); without one, a connection came to nothing. */
function toneOf({ kind, reply }: Sentence): 'well' | 'trouble' | 'failed' {
  if (kind === 'expired') return 'failed';
  if (reply === undefined || reply.startsWith('2')) return 'well';
  return reply.startsWith('5') ? 'failed' : 'trouble';
}

export function Story({ story }: { readonly story: readonly Sentence[] }): ReactNode {
  const styles = useStyles();
  return (
    <ol className={styles.list} aria-label="What happened">
      {story.map((sentence, index) => (
        // Sentences have no name of their own, and their order does not change.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={`${sentence.at} ${index}`} className={mergeClasses(styles.item, styles[toneOf(sentence)])}>
          <div className={styles.head}>
            <Moment at={sentence.at} show="full" />
            {sentence.by !== undefined && <span>{sentence.by}</span>}
          </div>
          <p className={styles.text}>
            {sentence.text}{' '}
            {sentence.about !== undefined && (
              <Link to="/messages/$id" params={{ id: sentence.about }}>
                {sentence.about}
              </Link>
            )}
          </p>
          {sentence.reply !== undefined && (
            <ReplyBlock reply={sentence.reply} explanation={sentence.explanation} />
          )}
        </li>
      ))}
    </ol>
  );
}
