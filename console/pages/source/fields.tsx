/** Fields of one entry of the policy; what the relay finds about a value stands beneath its field. */
import { Checkbox, Field, Input, makeStyles, Textarea, tokens } from '@fluentui/react-components';
import type { FocusEvent, ReactNode } from 'react';
import { createContext, useContext, useEffect, useRef, useState } from 'react';
import type { Finding } from '../../parts/finding-list.tsx';
import type { Entry, Place } from './draft.ts';
import { findingsAt, listAt, textAt, valueAt } from './draft.ts';
import { sentence } from '../../parts/words.ts';

/** When a field that is empty says that it must not be. */
export interface Missing {
  readonly isShown: (place: Place) => boolean;
  readonly leave: (place: Place) => void;
}

export interface Editing {
  readonly entry: Entry;
  /** Where it stands in the policy. */
  readonly base: string;
  readonly findings: readonly Finding[];
  readonly set: (place: Place, value: unknown) => void;
  /** Absent: at once. */
  readonly missing?: Missing;
}

const EditingContext = createContext<Editing | undefined>(undefined);
export const EditingProvider = EditingContext;

export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (!editing) throw new Error('a field stands outside of what it edits');
  return editing;
}

// The words beneath a field move what stands below it. A button or a box that moves between press and
// release is not clicked, so only a field that is typed into makes the one before say what it lacks.
const typedInto = 'textarea, input:not([type="checkbox"], [type="radio"])';

/** Props of a Field: what is found about the value. */
export function useFound(place: Place): {
  readonly validationState?: 'error' | 'warning';
  readonly validationMessage?: string;
  readonly onBlur?: (event: FocusEvent<HTMLElement>) => void;
} {
  const { findings, base, entry, missing } = useEditing();
  if (missing && valueAt(entry, place) === undefined && !missing.isShown(place)) {
    return { onBlur: ({ relatedTarget }) => relatedTarget?.matches(typedInto) && missing.leave(place) };
  }
  const own = findingsAt(findings, base, place);
  const [worst = own[0]] = own.filter(({ severity }) => severity === 'error');
  if (!worst) return {};
  const expected = worst.expected ? ` (${worst.expected})` : '';
  return {
    validationState: worst.severity === 'error' ? 'error' : 'warning',
    validationMessage: sentence(`${worst.message}${expected}`),
  };
}

const useStyles = makeStyles({
  group: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    border: 'none',
    margin: 0,
    padding: 0,
    minWidth: 0,
  },
  legend: {
    padding: 0,
    marginBottom: tokens.spacingVerticalS,
    fontSize: tokens.fontSizeBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
  pair: {
    display: 'grid',
    alignItems: 'start',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 200px), 1fr))',
    gap: tokens.spacingHorizontalM,
  },
  checks: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalL },
});

export function Group({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactNode {
  const styles = useStyles();
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{title}</legend>
      {children}
    </fieldset>
  );
}

/** Side by side where there is room. */
export function Pair({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className={useStyles().pair}>{children}</div>;
}

interface FieldProps {
  readonly at: Place;
  readonly label: string;
  readonly hint?: string;
  readonly required?: boolean;
}

export function TextAt({
  at,
  label,
  hint,
  required = false,
  kind = 'text',
}: FieldProps & { readonly kind?: 'text' | 'date' | 'number' }): ReactNode {
  const { entry, set } = useEditing();
  const value = textAt(entry, at);
  const isDay = kind === 'date' && (value === '' || /^\d{4}-\d\d-\d\d$/.test(value));
  const parsed = (text: string): unknown => (kind === 'number' && /^\d+$/.test(text) ? Number(text) : text);
  return (
    <Field label={label} required={required} {...useFound(at)} {...(hint !== undefined && { hint })}>
      <Input
        type={isDay ? 'date' : 'text'}
        value={value}
        {...(kind === 'number' && { inputMode: 'numeric' as const })}
        onChange={(_event, data) => set(at, parsed(data.value))}
      />
    </Field>
  );
}

/** One value a line; a pasted list may have commas. */
export function ListAt({ at, label, hint, required = false }: FieldProps): ReactNode {
  const { entry, set } = useEditing();
  const values = listAt(entry, at).map(String);
  const joined = values.join('\n');
  const [typed, setTyped] = useState(joined);
  const sent = useRef(joined);
  useEffect(() => {
    if (joined === sent.current) return;
    sent.current = joined;
    setTyped(joined);
  }, [joined]);
  const change = (text: string): void => {
    setTyped(text);
    const list = text.split(/[\s,;]+/).filter((one) => one !== '');
    sent.current = list.join('\n');
    set(at, list);
  };
  return (
    <Field label={label} required={required} {...useFound(at)} {...(hint !== undefined && { hint })}>
      <Textarea
        resize="vertical"
        rows={Math.min(6, Math.max(2, values.length + 1))}
        value={typed}
        onChange={(_event, data) => change(data.value)}
      />
    </Field>
  );
}

export function FlagAt({ at, label }: FieldProps): ReactNode {
  const { entry, set } = useEditing();
  const { validationMessage, validationState } = useFound(at);
  const box = (
    <Checkbox
      label={label}
      checked={valueAt(entry, at) === true}
      onChange={(_event, { checked }) => set(at, checked === true ? true : undefined)}
    />
  );
  if (validationMessage === undefined) return box;
  return <Field {...{ validationMessage, ...(validationState && { validationState }) }}>{box}</Field>;
}

/** Any of a few words. */
export function ChecksAt({
  at,
  label,
  hint,
  choices,
}: FieldProps & { readonly choices: readonly (readonly [key: string, title: string])[] }): ReactNode {
  const styles = useStyles();
  const { entry, set } = useEditing();
  const chosen = new Set(listAt(entry, at).map(String));
  const toggle = (key: string): void => {
    if (!chosen.delete(key)) chosen.add(key);
    set(at, [...chosen]);
  };
  return (
    <Field label={label} {...useFound(at)} {...(hint !== undefined && { hint })}>
      <div className={styles.checks} role="group" aria-label={label}>
        {choices.map(([key, title]) => (
          <Checkbox key={key} label={title} checked={chosen.has(key)} onChange={() => toggle(key)} />
        ))}
      </div>
    </Field>
  );
}
