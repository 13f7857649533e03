/**
 * Records of one kind, held in memory whole and written through: sign-in asks at each request, and there are few.
 * One process holds the store at a time, so what is in memory is what is kept.
 */
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store.ts';

interface Row<T> {
  readonly value: T;
  readonly version: number;
}

const pageRecords = 500;

export class Table<T extends object> {
  readonly #store: Pick<Store, 'records'>;
  readonly #kind: string;
  readonly #rows = new Map<string, Row<T>>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(store: Pick<Store, 'records'>, kind: string) {
    this.#store = store;
    this.#kind = kind;
  }

  static async open<T extends object>(store: Pick<Store, 'records'>, kind: string): Promise<Table<T>> {
    const table = new Table<T>(store, kind);
    let after: string | undefined;
    for (;;) {
      const part = await store.records.list({
        kind,
        limit: pageRecords,
        ...(after === undefined ? {} : { after }),
      });
      for (const { key, version, text } of part) {
        table.#rows.set(key, { value: JSON.parse(text) as T, version });
      }
      if (part.length < pageRecords) return table;
      after = part.at(-1)?.key;
    }
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): T | undefined {
    return this.#rows.get(key)?.value;
  }

  entries(): readonly (readonly [key: string, value: T])[] {
    return Array.from(this.#rows, ([key, { value }]) => [key, value] as const);
  }

  /**
   * Replaces what is there by what `next` makes of it, one change after the other; `undefined` removes, the same value
   * writes nothing. Resolves with the value that is now there, when it is stable; what `next` throws changes nothing.
   */
  change(key: string, next: (now: T | undefined) => T | undefined): Promise<T | undefined> {
    const work = this.#turn.then(() => this.#change(key, next));
    this.#turn = work.catch(() => undefined);
    return work;
  }

  async #change(key: string, next: (now: T | undefined) => T | undefined): Promise<T | undefined> {
    const before = this.#rows.get(key);
    const value = next(before?.value);
    if (value === before?.value) return value;
    const version = before?.version ?? 0;
    const text = value === undefined ? null : JSON.stringify(value);
    const result = await this.#store.records.write([{ kind: this.#kind, key, ifVersion: version, text }]);
    if (result === 'conflict') {
      throw new StoreError('failed', `the record ${this.#kind} was changed by something else meanwhile`);
    }
    if (value === undefined) this.#rows.delete(key);
    else this.#rows.set(key, { value, version: version + 1 });
    return value;
  }
}
