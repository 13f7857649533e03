/** Addresses and ranges of a source, each with its own end and note. */
import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import type { ReactNode } from 'react';
import type { Entry } from './draft.ts';
import { listAt, textAt, withValueAt } from './draft.ts';
import { useEditing, useFound } from './fields.tsx';

const at = ['networks'];

const useStyles = makeStyles({
  rows: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  row: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 3fr) minmax(0, 2fr) minmax(0, 3fr) 32px',
    alignItems: 'start',
    gap: tokens.spacingHorizontalS,
    '@media (max-width: 719px)': { gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)' },
  },
  remove: { alignSelf: 'end', minWidth: '32px' },
  input: { minWidth: 0, width: '100%' },
});

export function NetworkRows(): ReactNode {
  const styles = useStyles();
  const { entry, set } = useEditing();
  const rows = listAt(entry, at);
  const replace = (index: number, row: unknown): void =>
    set(
      at,
      rows.flatMap((one, place) => (place === index ? (row === undefined ? [] : [row]) : [one])),
    );
  return (
    <div className={styles.rows}>
      {rows.map((row, index) => (
        <Row
          // oxlint-disable-next-line react/no-array-index-key -- The range, its name, is what is being typed.
          key={index}
          index={index}
          row={row}
          onChange={(next) => replace(index, next)}
        />
      ))}
      <div>
        <Button size="small" icon={<AddRegular />} onClick={() => set(at, [...rows, ''])}>
          Add an address or range
        </Button>
      </div>
    </div>
  );
}

function Row(props: {
  readonly index: number;
  readonly row: unknown;
  readonly onChange: (row: unknown) => void;
}): ReactNode {
  const styles = useStyles();
  const { index, row, onChange } = props;
  const entry: Entry = typeof row === 'object' && row !== null ? (row as Entry) : { range: row };
  const found = useFound([`networks[${index}]`]);
  const change = (key: string, value: string): void => {
    const next = key === 'range' ? { ...entry, range: value } : withValueAt(entry, [key], value);
    // A range alone is written as a range alone.
    onChange(Object.keys(next).length === 1 ? value : next);
  };
  const drop = (key: string, value: string): void => {
    const next = withValueAt(entry, [key], value);
    onChange(Object.keys(next).length === 1 ? textAt(next, ['range']) : next);
  };
  return (
    <div className={styles.row} role="group" aria-label={`Address ${index + 1}`}>
      <Field label="Address or range" {...found}>
        <Input
          className={styles.input}
          value={textAt(entry, ['range'])}
          onChange={(_event, { value }) => change('range', value)}
        />
      </Field>
      <Field label="Ends">
        <Input
          className={styles.input}
          type={/T/.test(textAt(entry, ['expires'])) ? 'text' : 'date'}
          value={textAt(entry, ['expires'])}
          onChange={(_event, { value }) => drop('expires', value)}
        />
      </Field>
      <Field label="Note">
        <Input
          className={styles.input}
          value={textAt(entry, ['note'])}
          onChange={(_event, { value }) => drop('note', value)}
        />
      </Field>
      <Button
        className={styles.remove}
        appearance="subtle"
        icon={<DeleteRegular />}
        aria-label={`Remove ${textAt(entry, ['range']) || 'this line'}`}
        onClick={() => onChange(undefined)}
      />
    </div>
  );
}
