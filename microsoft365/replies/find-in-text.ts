/** Finds a known reply in a longer text, such as a whole bounce or a piece of a log. */
import { catalogue } from './catalogue.ts';
import type { ReplyPlace } from './classify.ts';
import { classifiedCharsMax, classify } from './classify.ts';
import type { ReplyEntry } from './entry.ts';

/** Characters of a text that are searched. */
export const searchedCharsMax = 256 * 1024;

// Windows overlap by half, so that a reply of up to this many characters lies in one of them whole.
const step = classifiedCharsMax / 2;

/** The first piece of the text that holds a known reply decides. */
export function findReply(text: string, place: ReplyPlace = {}): ReplyEntry | undefined {
  const end = Math.min(text.length, searchedCharsMax);
  for (let from = 0; from === 0 || from + step < end; from += step) {
    const entry = classify(windowAt(text, from), place);
    // The window may end within the reply, where only its code was seen; the next one then holds all its words.
    if (entry) return moreSpecific(entry, classify(windowAt(text, from + step), place));
  }
  return undefined;
}

function windowAt(text: string, from: number): string {
  return text.slice(from, from + classifiedCharsMax);
}

function moreSpecific(one: ReplyEntry, other: ReplyEntry | undefined): ReplyEntry {
  return other && catalogue.indexOf(other) < catalogue.indexOf(one) && other.enhanced === one.enhanced
    ? other
    : one;
}
