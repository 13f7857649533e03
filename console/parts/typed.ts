/** Text of a filter box, sent a moment after the last key. */
import { useEffect, useRef, useState } from 'react';

/** After the last key, in milliseconds. */
const pauseMs = 350;

export interface Typed {
  readonly typed: string;
  readonly setTyped: (text: string) => void;
  /** At once, without the pause. */
  readonly send: () => void;
}

/**
 * `value` is what the address holds. It follows the keys by a moment, so a text that was sent from here changes nothing when
 * it comes back: more may have been typed since. Any other comes from outside (the back button, a link) and is shown.
 */
export function useTyped(value: string, onChange: (text: string) => void): Typed {
  const [typed, setTyped] = useState(value);
  const sent = useRef<readonly string[]>([]);
  useEffect(() => {
    const own = stillUnderWay(sent.current, value);
    sent.current = own ?? [];
    if (own === undefined) setTyped(value);
  }, [value]);
  const send = (): void => {
    const next = typed.trim();
    if (next === (sent.current.at(-1) ?? value)) return;
    sent.current = [...sent.current, next];
    onChange(next);
  };
  useEffect(() => {
    const timer = setTimeout(send, pauseMs);
    return () => clearTimeout(timer);
  });
  return { typed, setTyped, send };
}

/**
 * Texts that are still to come back once `value` did: a later one may overtake those before it. `undefined`: it is none of
 * them.
 */
export function stillUnderWay(sent: readonly string[], value: string): readonly string[] | undefined {
  const at = sent.indexOf(value);
  return at === -1 ? undefined : sent.slice(at + 1);
}
