import type { ReactNode } from 'react';
import type { MomentProps } from './moment.tsx';
import { Moment } from './moment.tsx';
import { momentsApart } from './time.ts';
import { asSentence } from './words.ts';

/** Words of the relay, in which what stands between backticks is code. */
export function Prose({ text }: { readonly text: string }): ReactNode {
  return text.split('`').map((part, index) =>
    // oxlint-disable-next-line react/no-array-index-key -- Parts keep their order, and the same may come twice.
    index % 2 === 1 ? <code key={index}>{part}</code> : part,
  );
}

export interface ToldProps {
  readonly text: string;
  /** How its moments are shown. */
  readonly show?: MomentProps['show'];
}

/** Words of the relay as a sentence, its moments in the zone of the viewer. */
export function Told({ text, show = 'full' }: ToldProps): ReactNode {
  return momentsApart(asSentence(text)).map((part, index) =>
    // oxlint-disable-next-line react/no-array-index-key -- As above.
    index % 2 === 1 ? <Moment key={index} at={part} show={show} /> : <Prose key={index} text={part} />,
  );
}
