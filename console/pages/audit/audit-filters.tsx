import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useTyped } from '../../parts/typed.ts';
import type { AuditSearch } from './audit-page.tsx';

const useStyles = makeStyles({
  form: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 160px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'end',
  },
});

const fields = [
  { name: 'by', label: 'By', type: 'text', hint: 'Account or token' },
  { name: 'object', label: 'Object', type: 'text', hint: 'Source, message, account' },
  { name: 'action', label: 'Action', type: 'text', hint: 'As the entry names it' },
  { name: 'from', label: 'From day', type: 'date', hint: '' },
  { name: 'before', label: 'To day', type: 'date', hint: '' },
] as const;

export interface AuditFiltersProps {
  readonly search: AuditSearch;
  readonly onChange: (change: AuditSearch, how?: { readonly replace?: boolean }) => void;
}

export function AuditFilters({ search, onChange }: AuditFiltersProps): ReactNode {
  const styles = useStyles();
  const isFiltered = fields.some(({ name }) => search[name] !== undefined);
  return (
    <form className={styles.form} onSubmit={(event) => event.preventDefault()}>
      {fields.map(({ name, label, type, hint }) => (
        <Field key={name} label={label}>
          <Typed
            type={type}
            hint={hint}
            value={search[name] ?? ''}
            onChange={(value) => onChange({ [name]: value === '' ? undefined : value }, { replace: true })}
          />
        </Field>
      ))}
      {isFiltered && (
        <Button
          appearance="subtle"
          onClick={() => onChange(Object.fromEntries(fields.map(({ name }) => [name, undefined])))}
        >
          Show all
        </Button>
      )}
    </form>
  );
}

interface TypedProps {
  readonly type: 'text' | 'date';
  readonly hint: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Asks the server a moment after the last key. `Field` gives it its label. */
function Typed({ type, hint, value, onChange, ...field }: TypedProps): ReactNode {
  const { typed, setTyped } = useTyped(value, onChange);
  return (
    <Input
      {...field}
      // A field of text has a width of its own, which no narrow column can hold.
      input={{ style: { minWidth: 0, width: '100%' } }}
      type={type}
      value={typed}
      placeholder={hint}
      onChange={(_event, { value: next }) => setTyped(next)}
    />
  );
}
