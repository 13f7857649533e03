/**
 * Keyed records: small documents that change often and must not overwrite each other (accounts, sessions, tokens, the
 * audit log). A batch of changes is made whole or not at all, so what belongs together never falls apart.
 */

export interface KeyedRecord {
  readonly key: string;
  /** 1 when made, raised by one with each change. */
  readonly version: number;
  readonly text: string;
}

export interface RecordChange {
  /** Which collection; kinds know nothing of each other. */
  readonly kind: string;
  readonly key: string;
  /** The version that is replaced; 0: there must be none. Absent: whatever is there. */
  readonly ifVersion?: number;
  /** `null` removes. */
  readonly text: string | null;
}

export interface RecordQuery {
  readonly kind: string;
  /** Of keys, compared by their octets in UTF-8; ascending by default. */
  readonly order?: 'ascending' | 'descending';
  /** Only keys beyond this one in the order asked for. */
  readonly after?: string;
  /** 1 to 1000. */
  readonly limit: number;
}

export interface Records {
  get(kind: string, key: string): Promise<KeyedRecord | undefined>;
  list(query: RecordQuery): Promise<readonly KeyedRecord[]>;
  /** `conflict`: one version was another; then nothing of the batch was changed. */
  write(changes: readonly RecordChange[]): Promise<'written' | 'conflict'>;
}
