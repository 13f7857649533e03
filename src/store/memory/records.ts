import type { KeyedRecord, RecordChange, RecordQuery, Records } from '../records.ts';

/** `assertOpen` throws once the store is closed. */
export class MemoryRecords implements Records {
  readonly #kinds = new Map<string, Map<string, KeyedRecord>>();
  readonly #assertOpen: () => void;

  constructor(assertOpen: () => void) {
    this.#assertOpen = assertOpen;
  }

  async get(kind: string, key: string): Promise<KeyedRecord | undefined> {
    this.#assertOpen();
    return this.#kinds.get(kind)?.get(key);
  }

  async list({ kind, order, after, limit }: RecordQuery): Promise<readonly KeyedRecord[]> {
    this.#assertOpen();
    const sign = order === 'descending' ? -1 : 1;
    const compare = (a: string, b: string): number => sign * Buffer.compare(Buffer.from(a), Buffer.from(b));
    return [...(this.#kinds.get(kind)?.values() ?? [])]
      .filter(({ key }) => after === undefined || compare(key, after) > 0)
      .toSorted((a, b) => compare(a.key, b.key))
      .slice(0, limit);
  }

  async write(changes: readonly RecordChange[]): Promise<'written' | 'conflict'> {
    this.#assertOpen();
    const done: (() => void)[] = [];
    for (const change of changes) {
      const before = this.#kinds.get(change.kind)?.get(change.key);
      if (change.ifVersion !== undefined && change.ifVersion !== (before?.version ?? 0)) {
        for (const undo of done.toReversed()) undo();
        return 'conflict';
      }
      done.push(this.#put(change, before));
    }
    return 'written';
  }

  /** Returns how to take it back. */
  #put({ kind, key, text }: RecordChange, before: KeyedRecord | undefined): () => void {
    const records = this.#kinds.get(kind) ?? new Map<string, KeyedRecord>();
    this.#kinds.set(kind, records);
    if (text === null) records.delete(key);
    else records.set(key, { key, version: (before?.version ?? 0) + 1, text });
    return () => {
      if (before) records.set(key, before);
      else records.delete(key);
    };
  }
}
