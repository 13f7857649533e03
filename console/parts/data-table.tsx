import { Checkbox, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { ArrowSortDownRegular } from '@fluentui/react-icons/svg/arrow-sort-down';
import { ArrowSortUpRegular } from '@fluentui/react-icons/svg/arrow-sort-up';
import type { MouseEvent, ReactNode } from 'react';
import { rowColours } from '../app/theme.ts';
import { useMedia } from '../app/media.ts';
import type { Column, DataListProps } from './data-list.tsx';
import type { VirtualRows } from './virtual-rows.ts';
import { useVirtualRows } from './virtual-rows.ts';

/** Of a row with one line of text, in pixels. */
const rowHeight = 45;

const focus = { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '1px', borderRadius: '2px' };

const useStyles = makeStyles({
  table: { width: '100%', borderCollapse: 'collapse', tableLayout: 'fixed' },
  heading: {
    height: '40px',
    padding: `0 ${tokens.spacingHorizontalS}`,
    textAlign: 'left',
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground2,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    ':first-child': { paddingLeft: tokens.spacingHorizontalL },
    ':last-child': { paddingRight: tokens.spacingHorizontalL },
  },
  // Room to the next column, whose words begin at the left.
  end: { textAlign: 'right', paddingRight: tokens.spacingHorizontalL },
  sort: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '4px',
    padding: 0,
    border: 'none',
    background: 'none',
    color: 'inherit',
    font: 'inherit',
    cursor: 'pointer',
    ':hover': { color: tokens.colorNeutralForeground1 },
    ':focus-visible': focus,
  },
  row: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    ':hover': { backgroundColor: rowColours.hover },
  },
  pointer: { cursor: 'pointer' },
  current: { backgroundColor: rowColours.selected },
  cell: {
    height: '44px',
    padding: `4px ${tokens.spacingHorizontalS}`,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    ':first-child': { paddingLeft: tokens.spacingHorizontalL },
    ':last-child': { paddingRight: tokens.spacingHorizontalL },
  },
  check: { width: '48px', ':first-child': { paddingLeft: tokens.spacingHorizontalS } },
  open: {
    maxWidth: '100%',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    padding: 0,
    border: 'none',
    background: 'none',
    color: tokens.colorNeutralForeground1,
    font: 'inherit',
    fontWeight: tokens.fontWeightSemibold,
    textAlign: 'left',
    cursor: 'pointer',
    ':hover': { textDecorationLine: 'underline' },
    ':focus-visible': focus,
  },
});

export function DataTable<T>(props: DataListProps<T>): ReactNode {
  const styles = useStyles();
  const isWide = useMedia('(min-width: 1100px)');
  const { label, list, choice, keyOf } = props;
  const columns = props.columns.filter(({ only }) => only !== 'wide' || isWide);
  const keys = list.items.map(keyOf);
  const all = keys.every((key) => choice?.chosen.has(key));
  const rows = useVirtualRows(list.items.length, rowHeight);
  const width = columns.length + (choice ? 1 : 0);
  return (
    <table
      className={styles.table}
      aria-label={label}
      aria-busy={list.isBusy}
      // How many there are beyond those that were asked for, nobody knows: -1 (WAI-ARIA 1.2, aria-rowcount).
      {...(rows.isPart && { 'aria-rowcount': list.more ? -1 : list.items.length + 1 })}
    >
      <thead>
        <tr {...(rows.isPart && { 'aria-rowindex': 1 })}>
          {choice && (
            <th scope="col" className={mergeClasses(styles.heading, styles.check)}>
              <Checkbox
                aria-label="Choose all rows shown"
                checked={all ? true : choice.chosen.size > 0 ? 'mixed' : false}
                onChange={() => choice.onChange(new Set(all ? [] : keys))}
              />
            </th>
          )}
          {columns.map((column) => (
            <Heading key={column.key} column={column} order={props.order} onOrder={props.onOrder} />
          ))}
        </tr>
      </thead>
      <tbody ref={rows.container} onFocus={rows.onFocus}>
        {rows.shown.flatMap((index, at) => {
          const item = list.items[index];
          if (item === undefined) return [];
          const row = (
            <Row key={keyOf(item)} item={item} columns={columns} props={props} at={{ index, rows }} />
          );
          const gap = rows.gapBefore(at);
          return gap > 0 ? [<Gap key={`gap ${keyOf(item)}`} height={gap} width={width} />, row] : [row];
        })}
        {rows.gapAfter > 0 && <Gap height={rows.gapAfter} width={width} />}
      </tbody>
    </table>
  );
}

/** Room of rows that are left out. */
function Gap({ height, width }: { readonly height: number; readonly width: number }): ReactNode {
  return (
    <tr aria-hidden="true">
      <td colSpan={width} style={{ height, padding: 0 }} />
    </tr>
  );
}

interface HeadingProps<T> {
  readonly column: Column<T>;
  readonly order: string | undefined;
  readonly onOrder: ((order: string) => void) | undefined;
}

function Heading<T>({ column, order, onOrder }: HeadingProps<T>): ReactNode {
  const styles = useStyles();
  const { title, width, align, sort } = column;
  const className = mergeClasses(styles.heading, align && styles.end);
  const size = width === undefined ? {} : { style: { width } };
  if (!sort || !onOrder) {
    return (
      <th scope="col" className={className} {...size}>
        {title}
      </th>
    );
  }
  const state = order === sort.down ? 'descending' : order === sort.up ? 'ascending' : 'none';
  return (
    <th scope="col" className={className} aria-sort={state} {...size}>
      <button
        type="button"
        className={styles.sort}
        onClick={() => onOrder(state === 'descending' ? sort.up : sort.down)}
      >
        {title}
        {state === 'descending' && <ArrowSortDownRegular aria-hidden="true" />}
        {state === 'ascending' && <ArrowSortUpRegular aria-hidden="true" />}
      </button>
    </th>
  );
}

interface RowProps<T> {
  readonly item: T;
  readonly columns: readonly Column<T>[];
  readonly props: DataListProps<T>;
  readonly at: { readonly index: number; readonly rows: VirtualRows };
}

function Row<T>({ item, columns, props, at: { index, rows } }: RowProps<T>): ReactNode {
  const styles = useStyles();
  const { choice, onOpen, nameOf } = props;
  const key = props.keyOf(item);
  const isChosen = choice?.chosen.has(key) ?? false;
  const isOpen = props.openKey === key;
  const click = (event: MouseEvent): void => {
    // Buttons, links and boxes of the row act for themselves, and marked text is about to be copied.
    if ((event.target as Element).closest('button, a, input, label')) return;
    if ((getSelection()?.toString() ?? '') === '') onOpen?.(item);
  };
  return (
    <tr
      className={mergeClasses(styles.row, onOpen && styles.pointer, (isOpen || isChosen) && styles.current)}
      {...(onOpen && { onClick: click })}
      // The heading is row 1.
      {...(rows.isPart && { 'aria-rowindex': index + 2, 'data-index': index, ref: rows.measure })}
    >
      {choice && (
        <td className={mergeClasses(styles.cell, styles.check)}>
          <Checkbox
            aria-label={`Choose ${nameOf(item)}`}
            checked={isChosen}
            onChange={() => choice.onChange(toggled(choice.chosen, key))}
          />
        </td>
      )}
      {columns.map(({ key: name, cell, align }, place) => (
        <td key={name} className={mergeClasses(styles.cell, align && styles.end)}>
          {place === 0 && onOpen ? (
            <button type="button" className={styles.open} onClick={() => onOpen(item)}>
              {cell(item)}
            </button>
          ) : (
            cell(item)
          )}
        </td>
      ))}
    </tr>
  );
}

export function toggled(chosen: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(key)) next.add(key);
  return next;
}
