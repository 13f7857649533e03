/** A list from the server: a table where there is room, cards on a phone; loading, empty and failed states, sort, choice and paging. */
import { Button, makeStyles, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { List } from '../api/list.ts';
import { usePhone } from '../app/media.ts';
import { DataCards } from './data-cards.tsx';
import { DataTable } from './data-table.tsx';
import { ErrorState } from './error-state.tsx';
import { countOf } from './words.ts';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly cell: (item: T) => ReactNode;
  /** Of the table, as CSS; absent: what is left. */
  readonly width?: string;
  readonly align?: 'end';
  /** Orders of the server that go with this column. */
  readonly sort?: { readonly down: string; readonly up: string };
  /** Left out of tables narrower than a desktop (`wide`), or of cards (`table`). */
  readonly only?: 'wide' | 'table';
}

export interface Choice {
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

export interface DataListProps<T> {
  readonly label: string;
  readonly list: List<T>;
  /** The first one names the row and opens it. */
  readonly columns: readonly Column<T>[];
  readonly keyOf: (item: T) => string;
  /** What a screen reader calls the row. */
  readonly nameOf: (item: T) => string;
  readonly onOpen?: (item: T) => void;
  readonly openKey?: string | undefined;
  readonly order?: string | undefined;
  readonly onOrder?: (order: string) => void;
  readonly choice?: Choice;
  readonly empty: ReactNode;
  /** What one item is called, for the count beneath. */
  readonly noun: string;
}

const useStyles = makeStyles({
  foot: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalL,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    color: tokens.colorNeutralForeground2,
  },
  skeleton: { display: 'flex', flexDirection: 'column', gap: '20px', padding: tokens.spacingHorizontalXL },
  problem: { padding: `0 ${tokens.spacingHorizontalL}` },
});

export function DataList<T>(props: DataListProps<T>): ReactNode {
  const styles = useStyles();
  const isPhone = usePhone();
  const { list, noun } = props;
  if (list.problem && list.items.length === 0) {
    return (
      <div className={styles.problem}>
        <ErrorState problem={list.problem} retry={list.again} />
      </div>
    );
  }
  if (list.isFirst) return <Rows />;
  if (list.items.length === 0) return props.empty;
  return (
    <>
      {list.problem && <ErrorState problem={list.problem} retry={list.again} />}
      {isPhone ? <DataCards {...props} /> : <DataTable {...props} />}
      <div className={styles.foot}>
        <span aria-live="polite">
          {list.more ? `The first ${countOf(list.items.length, noun)}` : countOf(list.items.length, noun)}
        </span>
        {list.more && (
          <Button onClick={list.more} disabled={list.isBusy}>
            Show more
          </Button>
        )}
      </div>
    </>
  );
}

function Rows(): ReactNode {
  const styles = useStyles();
  return (
    <Skeleton className={styles.skeleton} aria-label="Loading">
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <SkeletonItem key={key} size={16} />
      ))}
    </Skeleton>
  );
}
