import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { Moment } from '../../parts/moment.tsx';
import { number } from '../../parts/words.ts';
import { refusalWords } from '../refusals/refusal-words.ts';

const shown = 8;
/** As many are read, so that what repeats itself does not fill the card. */
const read = 40;
const everyMs = 10_000;

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column' },
  item: { display: 'flex', gap: tokens.spacingHorizontalM, padding: '5px 0', minWidth: 0 },
  times: { color: tokens.colorNeutralForeground2, whiteSpace: 'nowrap' },
  words: {
    flex: '1 1 auto',
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    '@media (max-width: 719px)': { whiteSpace: 'normal', overflowWrap: 'anywhere' },
  },
});

/** The newest failures of messages and refusals of clients, together, the newest first. */
export function ProblemsCard(): ReactNode {
  const styles = useStyles();
  const events = useRead('events', { query: { limit: read } }, { every: everyMs });
  const failed = useRead(
    'messages',
    { query: { state: 'settled', result: 'failed', limit: shown } },
    { every: everyMs },
  );
  const problems = [
    ...(events.data?.items ?? []).map((event) => ({
      key: event.ref,
      at: event.at,
      words: refusalWords(event),
      link: { to: '/refusals', search: { open: event.ref } },
    })),
    ...(failed.data?.items ?? []).map(({ id, at, subject, last }) => ({
      key: id,
      at,
      words: `“${subject ?? '(no subject)'}” failed: ${last ?? 'without a reply'}`,
      link: { to: `/messages/${id}`, search: {} },
    })),
  ].toSorted((a, b) => b.at.localeCompare(a.at));
  const lines = [...Map.groupBy(problems, ({ words }) => words).values()];
  return (
    <Card title="Last problems" actions={<Link to="/refusals">All refusals</Link>}>
      {problems.length === 0 && <p>Nothing was refused, and nothing failed.</p>}
      <ul className={styles.list}>
        {lines.slice(0, shown).map(
          ([newest, ...others]) =>
            newest && (
              <li key={newest.key} className={styles.item}>
                <Moment at={newest.at} />
                <Link
                  className={styles.words}
                  to={newest.link.to}
                  search={newest.link.search}
                  title={newest.words}
                >
                  {newest.words}
                </Link>
                {others.length > 0 && (
                  <span className={styles.times}>{`${number(others.length + 1)} times`}</span>
                )}
              </li>
            ),
        )}
      </ul>
    </Card>
  );
}
