/**
 * Explains a text that came over the network. A returned message of deep nesting or a text of half a megabyte costs a second
 * of searching, so what is longer than a reply goes to a thread; a reply is explained at once.
 */
import { inThread } from '../../platform/one-shot-thread.ts';
import { looksLikeMail } from './bounce.ts';
import type { ExplainerGiven } from './explain-text.ts';
import { explainWords } from './explain-text.ts';
import type { Explained } from './explained.ts';

/** Characters that are explained on the event loop: more than any reply has (RFC 5321 4.5.3.1.5, in several lines). */
export const atOnceCharsMax = 4_096;
const explainMs = 10_000;
const threadsMax = 2;
const heapMiB = 256;

let active = 0;

export type ExplainedAside =
  | { readonly kind: 'explained'; readonly explained: Explained }
  | { readonly kind: 'unknown' }
  /** `busy`: as many texts as are permitted are being explained; otherwise it cannot be read in time. */
  | { readonly kind: 'busy' | 'unreadable'; readonly reason: string };

export async function explainAside(text: string, given: ExplainerGiven): Promise<ExplainedAside> {
  if (text.length <= atOnceCharsMax && !looksLikeMail(text)) return told(explainWords(text, given));
  if (active >= threadsMax) {
    return {
      kind: 'busy',
      reason: `${threadsMax} long texts are being explained: try again in a moment, or give the reply alone`,
    };
  }
  active += 1;
  try {
    const module = new URL('./explain-thread', import.meta.url);
    const work = { module, data: { text, given }, timeoutMs: explainMs, heapMiB };
    return told((await inThread<Explained | null>(work)) ?? undefined);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'unreadable', reason: `it cannot be read (${why}): give the reply in it alone` };
  } finally {
    active -= 1;
  }
}

function told(explained: Explained | undefined): ExplainedAside {
  return explained ? { kind: 'explained', explained } : { kind: 'unknown' };
}
