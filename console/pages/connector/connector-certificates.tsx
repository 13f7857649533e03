import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { countOf } from '../../parts/words.ts';
import { kinds } from '../certificates/kinds.ts';

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
});

/** Certificate chain, roots and secrets of one connector, in the order that the relay has them. */
export function ConnectorCertificates({ name }: { readonly name: string }): ReactNode {
  const styles = useStyles();
  const { data } = useRead('certificates', {});
  const own = data?.items.filter(({ usedBy }) => usedBy === `connector ${name}`) ?? [];
  if (own.length === 0) return null;
  return (
    <Card title="Certificates and secrets" actions={<Link to="/certificates">All of them</Link>}>
      <ul className={styles.list}>
        {own.map((item) => (
          <li key={`${item.kind} ${item.fingerprint}`}>
            <Facts
              facts={[
                ['Kind', kinds[item.kind]],
                ['Subject', item.subject],
                ['Issuer', item.issuer],
                [
                  'Ends',
                  item.notAfter === undefined ? (
                    'Not known'
                  ) : (
                    <span key="end">
                      <Moment at={item.notAfter} show="full" />
                      {item.days !== undefined && ` (${item.days < 0 ? 'over' : countOf(item.days, 'day')})`}
                    </span>
                  ),
                ],
                ['State', item.detail],
              ]}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}
