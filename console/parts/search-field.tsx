/** A search box that asks the server a moment after the last key, and takes a pasted list as terms separated by commas. */
import { Field, makeStyles, SearchBox } from '@fluentui/react-components';
import type { ClipboardEvent, FormEvent, ReactNode } from 'react';
import { useTyped } from './typed.ts';

const useStyles = makeStyles({
  form: { flex: '1 1 320px', maxWidth: '560px' },
  box: { width: '100%', maxWidth: 'none' },
});

export interface SearchFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly text: string | undefined;
  readonly onChange: (text: string | undefined) => void;
}

export function SearchField({ label, hint, text = '', onChange }: SearchFieldProps): ReactNode {
  const styles = useStyles();
  const { typed, setTyped, send } = useTyped(text, (next) => onChange(next === '' ? undefined : next));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send();
  };
  // A box of one line would drop the line ends of a pasted list, and with them the borders between its terms.
  const paste = (event: ClipboardEvent): void => {
    const pasted = event.clipboardData.getData('text').trim();
    if (!/[\r\n]/.test(pasted)) return;
    event.preventDefault();
    setTyped(pasted.split(/[\r\n]+/).join(', '));
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label={label} {...(hint !== undefined && { hint })}>
        <SearchBox
          className={styles.box}
          value={typed}
          onPaste={paste}
          onChange={(_event, { value }) => setTyped(value)}
        />
      </Field>
    </form>
  );
}
