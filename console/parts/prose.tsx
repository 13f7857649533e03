import type { ReactNode } from 'react';

/** Words of the relay, in which what stands between backticks is code. */
export function Prose({ text }: { readonly text: string }): ReactNode {
  return text.split('`').map((part, index) =>
    // oxlint-disable-next-line react/no-array-index-key -- Parts keep their order, and the same may come twice.
    index % 2 === 1 ? <code key={index}>{part}</code> : part,
  );
}
