/** Puts the focus back where it was when a flyout or a dialog, which exists only while it is open, goes away. */
import { useEffect, useState } from 'react';

export function useFocusBack(): void {
  const [before] = useState(placeOfFocus);
  useEffect(
    () => () => {
      // The browser gives the focus to the body once the dialog is gone; whoever has it then has taken it.
      queueMicrotask(() => {
        const { activeElement, body } = document;
        if (activeElement !== null && activeElement !== body) return;
        const place = before?.isConnected ? before : document.querySelector<HTMLElement>('#main');
        place?.focus();
      });
    },
    [before],
  );
}

/** What opens a dialog; an entry of a menu goes with its menu, so that is the button of the menu. */
function placeOfFocus(): HTMLElement | null {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || activeElement === document.body) return null;
  const labelled = activeElement.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return labelled ? document.getElementById(labelled) : activeElement;
}
