/**
 * Things that are known by a key, bounded in number (the one unused for longest goes), and kept in the store as records:
 * what has changed is written a portion at a time, so that a flood of new keys costs a bounded write.
 */
import type { RecordChange, Records } from '../../store/records.ts';
import { readAll } from './read-all.ts';

/** Records of one write. */
const portion = 500;

export class KeyedState<V extends { readonly key: string }> {
  readonly #kind: string;
  readonly #max: number;
  readonly #records: Records;
  // In the order of use: the first is the one unused for longest.
  readonly #values = new Map<string, V>();
  readonly #dirty = new Set<string>();

  constructor(kind: string, max: number, records: Records) {
    this.#kind = kind;
    this.#max = max;
    this.#records = records;
  }

  /** Reads what was kept, in the order of `lastAt`. */
  async load(lastAt: (value: V) => number): Promise<void> {
    const values = (await readAll(this.#records, this.#kind)).map((text) => JSON.parse(text) as V);
    values.sort((a, b) => lastAt(a) - lastAt(b));
    for (const value of values) this.put(value);
    this.#dirty.clear();
    for (const key of values.slice(0, -this.#max).map((value) => value.key)) this.#dirty.add(key);
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  values(): Iterable<V> {
    return this.#values.values();
  }

  /** New or changed, and used just now. */
  put(value: V): void {
    this.#values.delete(value.key);
    this.#values.set(value.key, value);
    this.#dirty.add(value.key);
    if (this.#values.size <= this.#max) return;
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest);
      this.#dirty.add(oldest);
      return;
    }
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#dirty.add(key);
  }

  /** Writes a portion of what has changed; `false`: more is to be written. */
  async flush(): Promise<boolean> {
    const keys = [...this.#dirty].slice(0, portion);
    if (keys.length === 0) return true;
    for (const key of keys) this.#dirty.delete(key);
    const changes = keys.map((key): RecordChange => {
      const value = this.#values.get(key);
      return { kind: this.#kind, key, text: value === undefined ? null : JSON.stringify(value) };
    });
    try {
      await this.#records.write(changes);
    } catch (error) {
      for (const key of keys) this.#dirty.add(key);
      throw error;
    }
    return this.#dirty.size === 0;
  }
}
