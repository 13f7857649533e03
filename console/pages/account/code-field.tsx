import { Field, Input } from '@fluentui/react-components';
import type { ReactNode } from 'react';

export const isCode = (text: string): boolean => /^\d{6}$/.test(text);

export interface CodeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function CodeField({ label, value, onChange }: CodeFieldProps): ReactNode {
  return (
    <Field label={label} required hint="Six digits">
      <Input
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={7}
        value={value}
        // Apps show it in two groups, and so it is typed.
        onChange={(_event, data) => onChange(data.value.replaceAll(/\s/g, ''))}
      />
    </Field>
  );
}
