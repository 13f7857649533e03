/** One of several choices, by name. */
import { Field, makeStyles, mergeClasses, Select } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  // As many in a line as fit, each with what room is left.
  field: { flex: '1 1 140px', minWidth: '140px', maxWidth: '170px' },
  // In a column the width of a row would be its height.
  wide: { flex: 'none', maxWidth: 'none' },
  select: { minWidth: 0, '& select': { minWidth: 0, width: '100%' } },
});

export interface ChoiceFieldProps<T extends string> {
  readonly label: string;
  readonly value: T | undefined;
  readonly choices: readonly (readonly [T, string])[];
  /** Words for no choice; absent: one must be chosen. */
  readonly any?: string;
  readonly hint?: string;
  readonly disabled?: boolean;
  /** As wide as the column that it stands in; absent: a field in a row. */
  readonly wide?: boolean;
  readonly onChange: (value: T | undefined) => void;
}

export function ChoiceField<T extends string>(props: ChoiceFieldProps<T>): ReactNode {
  const styles = useStyles();
  const { label, value, choices, any, hint, disabled = false, wide = false, onChange } = props;
  return (
    <Field
      className={mergeClasses(styles.field, wide && styles.wide)}
      label={label}
      {...(hint !== undefined && { hint })}
    >
      <Select
        className={styles.select}
        disabled={disabled}
        value={value ?? ''}
        onChange={(_event, data) => onChange(choices.find(([key]) => key === data.value)?.[0])}
      >
        {any !== undefined && <option value="">{any}</option>}
        {choices.map(([key, title]) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </Select>
    </Field>
  );
}
