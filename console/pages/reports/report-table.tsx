/** One table of a report: whole, without paging, made of the table of every list. */
import type { ReactNode } from 'react';
import { Card } from '../../parts/card.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { number } from '../../parts/words.ts';

type Cell = number | string | ReactNode;

export interface ReportTableProps<T> {
  readonly title: string;
  /** What a row is of. */
  readonly noun: string;
  readonly items: readonly T[];
  /** The first names the row; those that give numbers stand at the right (`end`); `narrow` leaves room for a text beside it. */
  readonly columns: readonly (readonly [title: string, cell: (item: T) => Cell, as?: 'end' | 'narrow'])[];
  readonly keyOf: (item: T) => string;
  /** What it means that there is nothing. */
  readonly none: string;
}

export function ReportTable<T>({ title, noun, items, columns, keyOf, none }: ReportTableProps<T>): ReactNode {
  const [first] = items;
  return (
    <Card title={title} flush>
      <DataList
        label={title}
        noun={noun}
        list={{ items, isFirst: false, isBusy: false, problem: null, again: () => undefined }}
        keyOf={keyOf}
        nameOf={keyOf}
        columns={columns.map(([name, cell, as]) => ({
          key: name,
          title: name,
          cell: (item: T) => shown(cell(item)),
          ...(as === 'narrow' && { width: '18%' }),
          ...((as === 'end' || (first !== undefined && typeof cell(first) === 'number')) && {
            align: 'end' as const,
            width: `${Math.max(84, name.length * 8 + 36)}px`,
          }),
        }))}
        empty={<EmptyState title={none}>{null}</EmptyState>}
      />
    </Card>
  );
}

function shown(cell: Cell): ReactNode {
  if (typeof cell === 'number') return number(cell);
  return typeof cell === 'string' ? <span title={cell}>{cell}</span> : cell;
}
