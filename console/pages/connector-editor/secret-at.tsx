/** A secret: written and never shown. The one there is stays until another is typed; or the relay reads it from a file or its environment. */
import { Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { ChoiceField } from '../../parts/choice-field.tsx';
import type { Place } from '../source/draft.ts';
import { textAt, valueAt } from '../source/draft.ts';
import { useEditing, useFound } from '../source/fields.tsx';

const kept = '[redacted]';

const useStyles = makeStyles({
  row: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'flex-start' },
  value: { flex: '1 1 240px' },
});

const kinds = [
  ['value', 'Typed here'],
  ['file', 'In a file of the relay'],
  ['env', 'In its environment'],
] as const;
type Kind = (typeof kinds)[number][0];

export function SecretAt({ at, label }: { readonly at: Place; readonly label: string }): ReactNode {
  const styles = useStyles();
  const { entry, set } = useEditing();
  const found = useFound(at);
  const value = valueAt(entry, at);
  const written = typeof value !== 'object' || value === null ? 'value' : 'file' in value ? 'file' : 'env';
  // While the path or the name is not typed yet, the draft has no secret at all.
  const [chosen, choose] = useState<Kind>();
  const kind = value === undefined ? (chosen ?? 'value') : written;
  const isKept = value === kept;
  return (
    <div className={styles.row}>
      <ChoiceField
        label={`${label} is`}
        value={kind}
        choices={kinds}
        onChange={(next) => {
          choose(next);
          set(at, undefined);
        }}
      />
      {kind === 'value' ? (
        <Field
          className={styles.value}
          label={label}
          hint={isKept ? 'The one there is stays. Type to replace it.' : 'Kept encrypted, never shown again'}
          {...found}
        >
          <Input
            type="password"
            autoComplete="off"
            value={isKept ? '' : textAt(entry, at)}
            placeholder={isKept ? 'Unchanged' : ''}
            onChange={(_event, data) => set(at, data.value)}
          />
        </Field>
      ) : (
        <Field
          className={styles.value}
          label={kind === 'file' ? 'Path of the file' : 'Name of the variable'}
          {...found}
        >
          <Input
            value={textAt(entry, [...at, kind])}
            onChange={(_event, data) => set([...at, kind], data.value.trim())}
          />
        </Field>
      )}
    </div>
  );
}
