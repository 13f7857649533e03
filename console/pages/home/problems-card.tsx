import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { Moment } from '../../parts/moment.tsx';
import { refusalWords } from '../refusals/refusal-words.ts';

const shown = 8;
const everyMs = 10_000;

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column' },
  item: { display: 'flex', gap: tokens.spacingHorizontalM, padding: '5px 0', minWidth: 0 },
  words: {
    flex: '1 1 auto',
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
});

/** The newest failures of messages and refusals of clients, together, the newest first. */
export function ProblemsCard(): ReactNode {
  const styles = useStyles();
  const events = useRead('events', { query: { limit: shown } }, { every: everyMs });
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
  ].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <Card title="Last problems" actions={<Link to="/refusals">All refusals</Link>}>
      {problems.length === 0 && <p>Nothing was refused, and nothing failed.</p>}
      <ul className={styles.list}>
        {problems.slice(0, shown).map(({ key, at, words, link }) => (
          <li key={key} className={styles.item}>
            <Moment at={at} />
            <Link className={styles.words} to={link.to} search={link.search} title={words}>
              {words}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
