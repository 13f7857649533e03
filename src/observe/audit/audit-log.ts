/**
 * The audit log: append-only entries in the store, each with the hash of the one before, and a head that says how many
 * there are and how the last one is hashed, authenticated with the key of the vault.
 *
 * What it finds (verify.ts): any change, removal, reordering, a cut at the end, and that the whole log is gone or an older
 * one was put back (anchor.ts), by whoever can write to the database but does not hold the key. Who holds both can write
 * another history; the hashes in the log lines (event `audit`), sent to another machine, show that as well. An older copy
 * of the whole data directory, and a data directory without any file, are found by these alone.
 */
import type { Vault } from '../../config/vault.ts';
import type { Clock, Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';
import { StoreError } from '../../store/store.ts';
import type { Events } from '../events.ts';
import type { AuditAnchor } from './anchor.ts';
import { anchorAction, anchorWords, readAnchor } from './anchor.ts';
import type { AuditEntry, NewAuditEntry } from './entry.ts';
import { entryHash, noHash } from './entry.ts';
import type { AuditHead } from './head.ts';
import { headKey, headKind, headOf } from './head.ts';
import { redactValue } from './redact.ts';

export const auditKind = 'audit';
export const pageEntries = 500;

/** Entries that one request for a page looks at, where few fit its filter. */
const scannedMax = 5_000;
/** Octets of a name, an object or a result; strangers choose some of them. */
const textMax = 300;

export interface AuditFilter {
  readonly by?: string | undefined;
  readonly action?: string | undefined;
  readonly object?: string | undefined;
  readonly from?: Instant | undefined;
  readonly before?: Instant | undefined;
}

/** Action of the first entry, and its result where the log before it is gone. */
export const begun = 'auditBegun';
export const begunLate = 'there were accounts already, and no log of how they were made';

type Kept = Pick<Store, 'records'>;

export class AuditLog {
  readonly store: Kept;
  readonly vault: Vault;
  readonly #clock: Clock;
  readonly #events: Events | undefined;
  readonly #anchor: AuditAnchor | undefined;
  #head: AuditHead | undefined;
  #version: number;
  /** Entries go one after the other, because each holds the hash of the one before. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: AuditLogOptions, head: AuditHead | undefined, version: number) {
    this.store = options.store;
    this.vault = options.vault;
    this.#clock = options.clock;
    this.#events = options.events;
    this.#anchor = options.anchor;
    this.#head = head;
    this.#version = version;
  }

  static async open(options: AuditLogOptions): Promise<AuditLog> {
    const kept = await options.store.records.get(headKind, headKey);
    const log = new AuditLog(options, kept && (JSON.parse(kept.text) as AuditHead), kept?.version ?? 0);
    // From the first start on there is a head, so that a log that is gone shows.
    if (!kept) await log.#begin();
    else await log.#holdToAnchor();
    return log;
  }

  /** Accounts are made on record, so where some are there already, there was a log, and somebody removed it. */
  async #begin(): Promise<void> {
    const [account] = await this.store.records.list({ kind: 'account', limit: 1 });
    const anchor = this.#anchor && (await readAnchor(this.#anchor, this.vault));
    const isGone = anchor !== undefined && anchor.kind !== 'absent';
    const result = account ? begunLate : isGone ? anchorWords.gone : 'ok';
    await this.append({ by: 'relay365', via: 'relay', action: begun, result });
  }

  /** The anchor is at most a few entries behind, where the process was killed between the two writes. */
  async #holdToAnchor(): Promise<void> {
    if (!this.#anchor || !this.#head) return;
    const anchor = await readAnchor(this.#anchor, this.vault);
    const words = anchor.kind === 'there' ? await this.#unfit(anchor.head) : anchorWords[anchor.kind];
    if (words === undefined) await this.#writeAnchor(this.#head);
    else await this.append({ by: 'relay365', via: 'relay', action: anchorAction, result: words });
  }

  async #unfit({ count, hash }: Pick<AuditHead, 'count' | 'hash'>): Promise<string | undefined> {
    if (count > (this.#head?.count ?? 0)) return anchorWords.unfit;
    const kept = await this.store.records.get(auditKind, keyOf(count));
    // Retention may have removed it since; the floor tells whether it was retention.
    if (!kept) return undefined;
    return (JSON.parse(kept.text) as AuditEntry).hash === hash ? undefined : anchorWords.unfit;
  }

  /** The entry is stable already: an anchor that stays behind is no reason to fail. */
  async #writeAnchor(head: AuditHead): Promise<void> {
    try {
      await this.#anchor?.write(JSON.stringify(head));
    } catch (error) {
      const text = `the end of the audit log could not be written beside the database: ${(error as Error).message}`;
      this.#events?.emit({ kind: 'warning', text });
    }
  }

  /** What this process wrote last; `undefined` before the first entry. */
  get head(): AuditHead | undefined {
    return this.#head;
  }

  /** On stable storage when it resolves. Rejects with StoreError; then there is no entry. */
  append(entry: NewAuditEntry): Promise<AuditEntry> {
    const work = this.#turn.then(() => this.#append(entry));
    this.#turn = work.catch(() => undefined);
    return work;
  }

  async #append(given: NewAuditEntry): Promise<AuditEntry> {
    const made = this.#entry(given);
    const hash = entryHash(made);
    const entry: AuditEntry = { ...made, hash };
    const head = headOf(this.vault, entry.seq, hash);
    const result = await this.store.records.write([
      { kind: auditKind, key: keyOf(entry.seq), ifVersion: 0, text: JSON.stringify(entry) },
      { kind: headKind, key: headKey, ifVersion: this.#version, text: JSON.stringify(head) },
    ]);
    if (result === 'conflict') {
      throw new StoreError(
        'failed',
        'the audit log was changed by something else while the relay runs: "relay365 audit verify" says what is wrong',
      );
    }
    this.#head = head;
    this.#version += 1;
    await this.#writeAnchor(head);
    const { seq, by, via, action, object, address } = entry;
    this.#events?.emit({
      kind: 'audit',
      seq,
      by,
      via,
      action,
      ...(object === undefined ? {} : { object }),
      ...(address === undefined ? {} : { address }),
      result: entry.result,
      hash,
    });
    return entry;
  }

  #entry(given: NewAuditEntry): Omit<AuditEntry, 'hash'> {
    const { by, via, address, action, object, result } = given;
    const [before, after] = [redactValue(given.before), redactValue(given.after)];
    return {
      seq: (this.#head?.count ?? 0) + 1,
      at: this.#clock.now(),
      by: short(by),
      via,
      ...(address === undefined ? {} : { address: short(address) }),
      action: short(action),
      ...(object === undefined ? {} : { object: short(object) }),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      result: short(result),
      previous: this.#head?.hash ?? noHash,
    };
  }

  /** Newest first; `cursor` is there where older ones may follow, also when this page has none. */
  async page(
    filter: AuditFilter,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<{ readonly items: readonly AuditEntry[]; readonly cursor?: string }> {
    const items: AuditEntry[] = [];
    let after = cursor;
    let scanned = 0;
    for await (const entry of this.#newest(after)) {
      if (filter.from !== undefined && entry.at < filter.from) return { items };
      after = keyOf(entry.seq);
      scanned += 1;
      if (fits(entry, filter)) items.push(entry);
      if (items.length >= limit || scanned >= scannedMax) {
        return { items, ...(entry.seq > 1 ? { cursor: after } : {}) };
      }
    }
    return { items };
  }

  async *#newest(after: string | undefined): AsyncIterable<AuditEntry> {
    let last = after;
    for (;;) {
      const part = await this.store.records.list({
        kind: auditKind,
        order: 'descending',
        limit: pageEntries,
        ...(last === undefined ? {} : { after: last }),
      });
      for (const { text } of part) yield JSON.parse(text) as AuditEntry;
      if (part.length < pageEntries) return;
      last = part.at(-1)?.key;
    }
  }

  /** The texts as they are kept, oldest first. */
  async *texts(): AsyncIterable<{ readonly key: string; readonly text: string }> {
    let last: string | undefined;
    for (;;) {
      const part = await this.store.records.list({
        kind: auditKind,
        limit: pageEntries,
        ...(last === undefined ? {} : { after: last }),
      });
      yield* part;
      if (part.length < pageEntries) return;
      last = part.at(-1)?.key;
    }
  }
}

export interface AuditLogOptions {
  readonly store: Kept;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly events?: Events;
  /** Absent where nothing is kept over a restart. */
  readonly anchor?: AuditAnchor;
}

/** Sorts as text as the number does. */
export function keyOf(seq: number): string {
  return String(seq).padStart(16, '0');
}

function fits(entry: AuditEntry, { by, action, object, before }: AuditFilter): boolean {
  return (
    (by === undefined || entry.by.toLowerCase() === by.toLowerCase()) &&
    (action === undefined || entry.action === action) &&
    (object === undefined || entry.object === object) &&
    (before === undefined || entry.at < before)
  );
}

function short(text: string): string {
  return text.length <= textMax ? text : `${text.slice(0, textMax).toWellFormed()}…`;
}

/** For filters that were given as text. */
export function momentOf(text: string | undefined): Instant | undefined {
  return text === undefined ? undefined : instant(Date.parse(text));
}
