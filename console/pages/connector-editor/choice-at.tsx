import type { ReactNode } from 'react';
import { ChoiceField } from '../../parts/choice-field.tsx';
import type { Place } from '../source/draft.ts';
import { textAt } from '../source/draft.ts';
import { useEditing } from '../source/fields.tsx';

export interface ChoiceAtProps {
  readonly at: Place;
  readonly label: string;
  readonly choices: readonly (readonly [string, string])[];
  /** Words for the default, where nothing is written. */
  readonly any?: string;
  readonly hint?: string;
}

/** One of several words at a place of the entry. */
export function ChoiceAt({ at, label, choices, any, hint }: ChoiceAtProps): ReactNode {
  const { entry, set } = useEditing();
  const value = textAt(entry, at);
  return (
    <ChoiceField
      wide
      label={label}
      value={value === '' ? undefined : value}
      choices={choices}
      onChange={(next) => set(at, next)}
      {...(any !== undefined && { any })}
      {...(hint !== undefined && { hint })}
    />
  );
}
