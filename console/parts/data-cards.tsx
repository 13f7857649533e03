import { Checkbox, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { rowColours } from '../app/theme.ts';
import type { DataListProps } from './data-list.tsx';
import { toggled } from './data-table.tsx';
import { useVirtualRows } from './virtual-rows.ts';

/** Of a card that was not seen yet, in pixels. */
const cardHeight = 180;

const useStyles = makeStyles({
  item: {
    display: 'flex',
    alignItems: 'flex-start',
    gap: tokens.spacingHorizontalXS,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  chosen: { backgroundColor: rowColours.selected },
  check: { marginTop: '-4px', marginLeft: '-8px' },
  body: {
    flex: '1 1 auto',
    minWidth: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
  },
  open: {
    padding: 0,
    border: 'none',
    background: 'none',
    color: tokens.colorNeutralForeground1,
    font: 'inherit',
    fontWeight: tokens.fontWeightSemibold,
    textAlign: 'left',
    overflowWrap: 'anywhere',
    cursor: 'pointer',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
  still: { cursor: 'auto' },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'fit-content(38%) minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalM,
    rowGap: '2px',
  },
  name: { color: tokens.colorNeutralForeground3 },
  value: { overflowWrap: 'anywhere' },
});

/** Rows as cards: the first column is the heading, the others lines beneath it. */
export function DataCards<T>({
  label,
  list,
  columns,
  keyOf,
  nameOf,
  onOpen,
  choice,
}: DataListProps<T>): ReactNode {
  const styles = useStyles();
  const [first, ...others] = columns.filter(({ only }) => only !== 'table');
  const rows = useVirtualRows(list.items.length, cardHeight);
  return (
    <ul
      ref={rows.container}
      onFocus={rows.onFocus}
      aria-label={label}
      aria-busy={list.isBusy}
      style={{ paddingBottom: rows.gapAfter }}
    >
      {rows.shown.map((index, at) => {
        const item = list.items[index];
        if (item === undefined) return null;
        const key = keyOf(item);
        const isChosen = choice?.chosen.has(key) ?? false;
        return (
          <li
            key={key}
            className={mergeClasses(styles.item, isChosen && styles.chosen)}
            {...(rows.isPart && {
              'data-index': index,
              ref: rows.measure,
              style: { marginTop: rows.gapBefore(at) },
              'aria-posinset': index + 1,
              'aria-setsize': list.more ? -1 : list.items.length,
            })}
          >
            {choice && (
              <Checkbox
                className={styles.check}
                aria-label={`Choose ${nameOf(item)}`}
                checked={isChosen}
                onChange={() => choice.onChange(toggled(choice.chosen, key))}
              />
            )}
            <div className={styles.body}>
              {onOpen ? (
                <button type="button" className={styles.open} onClick={() => onOpen(item)}>
                  {first?.cell(item)}
                </button>
              ) : (
                <div className={mergeClasses(styles.open, styles.still)}>{first?.cell(item)}</div>
              )}
              <dl className={styles.facts}>
                {others.map((column) => {
                  const value = column.cell(item);
                  if (value === '' || value === undefined || value === null || value === false) return null;
                  return (
                    <div key={column.key} style={{ display: 'contents' }}>
                      <dt className={styles.name}>{column.title}</dt>
                      <dd className={styles.value}>{value}</dd>
                    </div>
                  );
                })}
              </dl>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
