/** "Where is my scan?": one box on each page that leads to the filtered list of messages. `/` reaches it. */
import { makeStyles, SearchBox } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent, ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';

const useStyles = makeStyles({ form: { width: '100%' }, box: { width: '100%', maxWidth: 'none' } });

export function SearchEverywhere(): ReactNode {
  const styles = useStyles();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const box = (): HTMLInputElement | null | undefined => form.current?.querySelector('input');
  useSlash(() => box()?.focus());
  const go = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === '') return;
    void navigate({ to: '/messages', search: { text: text.trim() } });
    setText('');
    box()?.blur();
  };
  return (
    <form ref={form} className={styles.form} role="search" aria-label="All messages" onSubmit={go}>
      <SearchBox
        className={styles.box}
        size="medium"
        value={text}
        placeholder="Where is my scan?"
        aria-label="Search messages by sender, recipient, subject, source, message id or reference"
        aria-keyshortcuts="/"
        onChange={(_event, { value }) => setText(value)}
      />
    </form>
  );
}

function useSlash(focus: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      const typing = target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}
