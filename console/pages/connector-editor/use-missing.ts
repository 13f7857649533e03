/** A value that is missing is no mistake of anybody before its field was left, or its step. */
import { useState } from 'react';
import type { Missing } from '../source/fields.tsx';

interface Seen {
  readonly step: string;
  readonly stepsLeft: ReadonlySet<string>;
}

/** `step`: the one that is shown. */
export function useMissing(step: string): Missing {
  const [fieldsLeft, setFieldsLeft] = useState<ReadonlySet<string>>(new Set());
  const [seen, setSeen] = useState<Seen>({ step, stepsLeft: new Set() });
  if (seen.step !== step) setSeen({ step, stepsLeft: new Set([...seen.stepsLeft, seen.step]) });
  return {
    isShown: (place) => seen.stepsLeft.has(step) || fieldsLeft.has(place.join('.')),
    leave: (place) => setFieldsLeft((before) => new Set([...before, place.join('.')])),
  };
}
