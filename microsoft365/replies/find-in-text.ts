/** Finds a known reply in a longer text, such as a whole bounce or a piece of a log. */
import type { ReplyPlace } from './classify.ts';
import { classifiedCharsMax, classify } from './classify.ts';
import type { ReplyEntry } from './entry.ts';

/** Characters of a text that are searched. */
export const searchedCharsMax = 256 * 1024;

/**
 * Windows that overlap by half, so that a reply of up to `classifiedCharsMax / 2` characters lies in one of them whole.
 * The first window that holds a known reply decides.
 */
export function findReply(text: string, place: ReplyPlace = {}): ReplyEntry | undefined {
  const step = classifiedCharsMax / 2;
  const end = Math.min(text.length, searchedCharsMax);
  for (let from = 0; from === 0 || from + step < end; from += step) {
    const entry = classify(text.slice(from, from + classifiedCharsMax), place);
    if (entry) return entry;
  }
  return undefined;
}
