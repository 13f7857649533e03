/**
 * ETag and If-Match (RFC 9110 8.8.3, 13.1.1) for routes that are `versioned`: the tag is made of the answer of GET, so a
 * change that names it was made by somebody who saw what is there now.
 */
import { createHash } from 'node:crypto';
import type { Route } from '../../../contract/route.ts';
import { Problem } from '../problem.ts';

/** A field `version` of the answer is its version; otherwise the whole answer is. */
export function etagOf(answer: unknown): string {
  const version = (answer as { readonly version?: unknown } | null)?.version;
  const text =
    typeof version === 'string' || typeof version === 'number' ? String(version) : JSON.stringify(answer);
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** Throws 428 where the change names no tag, and 412 where another is there. `*` is any. */
export function checkMatch(ifMatch: string | undefined, current: string): void {
  if (ifMatch === undefined) {
    throw new Problem(
      428,
      'If-Match is needed',
      'name the ETag that GET of this address gave, or * to overwrite whatever is there',
    );
  }
  const named = ifMatch.split(',').map((tag) => tag.trim());
  if (named.includes('*') || named.includes(current)) return;
  throw new Problem(
    412,
    'It has changed meanwhile',
    'read it again, and make the change to what is there now',
  );
}

/** Changes of one address one after the other: between the look at the tag and the change nothing comes in between. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const mine = (async () => {
      await before?.catch(() => undefined);
      return work();
    })();
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}

/** The route whose answer bears the tag of a change: GET of the same path. */
export function readingRoute(change: Route, all: Readonly<Record<string, Route>>): string | undefined {
  return Object.entries(all).find(
    ([, { method, path, versioned }]) => method === 'GET' && path === change.path && versioned === true,
  )?.[0];
}
