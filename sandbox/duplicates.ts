/** Counts what arrived more than once: the same Message-ID, from the same sender, for the same recipient. */
import { messageIdOf } from './smtp/content-rules.ts';

export interface Duplicate {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  /** How often in all, 2 at least. */
  readonly times: number;
}

interface Counted {
  readonly content: Buffer;
  readonly from: string;
  readonly recipients: readonly { readonly address: string }[];
}

/** Triples remembered; the oldest go first. */
const triplesMax = 200_000;

export class DuplicateCounter {
  readonly #times = new Map<string, number>();
  #total = 0;

  /** Copies beyond the first. */
  get total(): number {
    return this.#total;
  }

  /** A message without Message-ID cannot be told from another. */
  count({ content, from, recipients }: Counted): void {
    const messageId = messageIdOf(content);
    if (messageId === undefined) return;
    for (const { address } of recipients) {
      const key = [messageId, from.toLowerCase(), address.toLowerCase()].join('\n');
      const times = (this.#times.get(key) ?? 0) + 1;
      this.#times.set(key, times);
      if (times > 1) this.#total += 1;
    }
    while (this.#times.size > triplesMax) {
      const [oldest = ''] = this.#times.keys();
      this.#times.delete(oldest);
    }
  }

  list(): Duplicate[] {
    return [...this.#times]
      .filter(([, times]) => times > 1)
      .map(([key, times]) => {
        const [messageId = '', from = '', to = ''] = key.split('\n');
        return { messageId, from, to, times };
      });
  }

  clear(): void {
    this.#times.clear();
    this.#total = 0;
  }
}
