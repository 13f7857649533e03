/**
 * Finds what a reply of Microsoft 365 means. The text comes from the network: it is cut to `classifiedCharsMax`, and the
 * patterns have bounded repetitions, so that the work is bounded whatever it holds.
 */
import { catalogue } from './catalogue.ts';
import type { ReplyEntry, Where } from './entry.ts';

/** Characters of a reply that are looked at; what identifies it stands at the front. */
export const classifiedCharsMax = 4096;

export interface ReplyPlace {
  /** Absent: not known, as with a pasted bounce. */
  readonly where?: Where;
}

const overHttp: ReadonlySet<Where> = new Set(['graph', 'identity']);

/**
 * The first entry that matches, of those that speak the protocol of this place: words of Graph say nothing in SMTP, but a
 * reply may be met at another host than public material names. `undefined`: nothing is known.
 */
export function classify(text: string, { where }: ReplyPlace = {}): ReplyEntry | undefined {
  const reply = normalise(text);
  const speaks = (place: Where) => where === undefined || overHttp.has(place) === overHttp.has(where);
  return catalogue.find((entry) => entry.where.some(speaks) && entry.pattern.test(reply));
}

// The four numbers of an address or of a server version could pass for a status code: 15.7.60.2 holds 5.7.60.
const fourNumbers = /\b\d{1,5}(?:\.\d{1,5}){3}\b/g;

/** Folded lines of a bounce become one. */
function normalise(text: string): string {
  return text
    .slice(0, classifiedCharsMax)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(fourNumbers, '[address]')
    .trim();
}

/** The entry with this id. */
export function entryById(id: string): ReplyEntry | undefined {
  return byId.get(id);
}

const byId: ReadonlyMap<string, ReplyEntry> = new Map(catalogue.map((entry) => [entry.id, entry]));
