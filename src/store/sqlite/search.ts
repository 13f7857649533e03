/**
 * Finds messages for a list: by the narrow rows of the table `search` alone, so that the worst case, a term that fits
 * nothing, reads some 250 octets a message and never the wide rows of the trace. Measured on 2 cores: 0.2 to 0.4 s for a
 * million messages, where an index of trigrams answers sooner and costs each message more than its own commit.
 *
 * Rows are read in portions by number; when a search has taken `budgetMs`, what was found is given with a cursor.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { MessageOutcome, MessageResult } from '../columns.ts';
import { messageResults } from '../columns.ts';
import { waitsFor } from '../queue-groups.ts';
import type { Progress } from '../../message/message.ts';
import type { Term } from '../terms.ts';
import { parseTerms, TermMatcher } from '../terms.ts';
import type { ListQuery } from './operations.ts';

/** Rows that are read before the time is looked at. */
const portionRows = 50_000;
const budgetMs = 1_500;
/** Terms up to this many are cheaper one by one in the database than all at once in a function of ours. */
const termsInDatabase = 4;

export interface Found {
  readonly seqs: readonly number[];
  readonly cursor: string | null;
}

export interface Condition {
  readonly text: string;
  readonly values: readonly SQLInputValue[];
}

const columns = { text: 'words', sender: 'sender', recipient: 'recipients', client: 'client' } as const;
type Field = keyof typeof columns;

export class Search {
  readonly #statement: (text: string) => StatementSync;
  readonly #now: () => number;
  readonly #matchers = new Map<Field, TermMatcher>();
  #waitingFor = '';

  /** `now`: milliseconds of a clock that only goes forward. */
  constructor(db: DatabaseSync, statement: (text: string) => StatementSync, now: () => number) {
    this.#statement = statement;
    this.#now = now;
    for (const field of Object.keys(columns) as Field[]) {
      db.function(`fits_${field}`, (text) => (this.#matchers.get(field)?.fits(String(text)) ? 1 : 0));
    }
    db.function('waits', (progress) => (this.#waits(String(progress)) ? 1 : 0));
  }

  find(query: ListQuery): Found {
    const conditions = this.#conditions(query);
    return query.order === 'newest' || query.order === 'oldest'
      ? this.#byTime(query, conditions)
      : this.#bySize(query, conditions);
  }

  #byTime(query: ListQuery, conditions: readonly Condition[]): Found {
    const isOldest = query.order === 'oldest';
    const [least, most] = this.#bounds(query);
    const seqs: number[] = [];
    const started = this.#now();
    const cursor = numberOf(query.cursor);
    let from = isOldest
      ? Math.max(least, (cursor ?? least - 1) + 1)
      : Math.min(most, (cursor ?? most + 1) - 1);
    while (from >= least && from <= most) {
      const to = isOldest ? Math.min(most, from + portionRows - 1) : Math.max(least, from - portionRows + 1);
      const range = { text: 's.seq BETWEEN ? AND ?', values: isOldest ? [from, to] : [to, from] };
      const { text, values } = statementOf(query, [range, ...conditions]);
      const rows = this.#statement(`${text} ORDER BY s.seq ${isOldest ? 'ASC' : 'DESC'} LIMIT ?`).all(
        ...values,
        query.limit + 1 - seqs.length,
      );
      for (const row of rows) seqs.push(Number(row['seq']));
      if (seqs.length > query.limit) {
        return { seqs: seqs.slice(0, query.limit), cursor: String(seqs[query.limit - 1]) };
      }
      from = isOldest ? to + 1 : to - 1;
      const isMore = from >= least && from <= most;
      if (isMore && this.#now() - started > budgetMs) return { seqs, cursor: String(to) };
    }
    return { seqs, cursor: null };
  }

  /** The first and the last number there is; what is in work is known by the queue. */
  #bounds(query: ListQuery): readonly [number, number] {
    const table = isInWork(query) ? 'queue' : 'search';
    // Each by itself is one seek; asked for together, SQLite reads the whole table.
    const row = this.#statement(
      `SELECT (SELECT min(seq) FROM ${table}) AS least, (SELECT max(seq) FROM ${table}) AS most`,
    ).get();
    return [Number(row?.['least'] ?? 1), Number(row?.['most'] ?? 0)];
  }

  #bySize(query: ListQuery, conditions: readonly Condition[]): Found {
    const isLargest = query.order === 'largest';
    const [bytes, seq] = (query.cursor ?? '').split(':');
    const after: readonly Condition[] =
      seq === undefined
        ? []
        : [
            {
              text: `(s.bytes, s.seq) ${isLargest ? '<' : '>'} (?, ?)`,
              values: [Number(bytes), Number(seq)],
            },
          ];
    const { text, values } = statementOf(query, [...after, ...conditions]);
    const direction = isLargest ? 'DESC' : 'ASC';
    const rows = this.#statement(`${text} ORDER BY s.bytes ${direction}, s.seq ${direction} LIMIT ?`).all(
      ...values,
      query.limit + 1,
    );
    const kept = rows.slice(0, query.limit);
    const last = kept.at(-1);
    return {
      seqs: kept.map((row) => Number(row['seq'])),
      cursor: rows.length > kept.length && last ? `${String(last['bytes'])}:${String(last['seq'])}` : null,
    };
  }

  /** In the order of cost: what is cheap to say of a row comes first. */
  #conditions(query: ListQuery): readonly Condition[] {
    const simple: readonly (readonly [string, SQLInputValue])[] = [
      ['s.accepted_at >= ?', query.from],
      ['s.accepted_at < ?', query.before],
      ['s.bytes >= ?', query.bytesMin],
      ['s.bytes <= ?', query.bytesMax],
      ['s.source = ?', query.source],
      ['instr(s.connectors, char(10) || ? || char(10)) > 0', query.connector],
    ];
    const conditions: Condition[] = simple.flatMap(([text, value]) =>
      value === null ? [] : [{ text, values: [value] }],
    );
    if (query.result !== null) conditions.push(resultIs(query.result));
    if (query.origin !== null)
      conditions.push({ text: `s.client ${query.origin === 'client' ? '<>' : '='} ''`, values: [] });
    if (query.state === 'held') conditions.push({ text: 'q.held = 1', values: [] });
    if (query.state === 'settled') conditions.push({ text: 's.result IS NOT NULL', values: [] });
    for (const field of ['client', 'sender', 'recipient', 'text'] as const) {
      const text = query[field];
      const terms = text === null ? [] : parseTerms(text);
      if (terms.length > 0) conditions.push(this.#fitting(field, terms));
    }
    if (query.inDoubt !== null) {
      const doubts = "json_extract((SELECT m.progress FROM messages m WHERE m.seq = s.seq), '$.inDoubt')";
      conditions.push({ text: `${doubts} ${query.inDoubt === 'yes' ? '>' : '='} 0`, values: [] });
    }
    if (query.waitingFor !== null) {
      this.#waitingFor = query.waitingFor;
      const text = 'waits((SELECT m.progress FROM messages m WHERE m.seq = s.seq))';
      conditions.push({ text, values: [] });
    }
    return conditions;
  }

  #fitting(field: Field, terms: readonly Term[]): Condition {
    const column = `s.${columns[field]}`;
    this.#matchers.set(field, new TermMatcher(terms));
    if (terms.length > termsInDatabase) return { text: `fits_${field}(${column})`, values: [] };
    const parts = terms.map((term) =>
      term.kind === 'part'
        ? // Twice as fast as instr(); both sides are in lower case already, and no line holds a NUL, where it would stop.
          { text: `${column} GLOB ?`, value: `*${escaped(term.text)}*` }
        : // GLOB lets * pass over a line feed, so what it lets through is looked at again.
          {
            text: `CASE WHEN ${column} GLOB ? THEN fits_${field}(${column}) ELSE 0 END`,
            value: `*\n${escaped(term.pattern)}\n*`,
          },
    );
    return {
      text: `(${parts.map(({ text }) => text).join(' OR ')})`,
      values: parts.map(({ value }) => value),
    };
  }

  #waits(progress: string): boolean {
    const { recipients } = JSON.parse(progress) as Progress;
    return recipients.some((state) => waitsFor(state)?.code === this.#waitingFor);
  }
}

/** What was relayed to some only is stored as mixed, and so is what failed for some and expired for others. */
function resultIs(wanted: MessageResult | MessageOutcome): Condition {
  const at = (result: MessageResult): number => messageResults.indexOf(result);
  if (wanted === 'undelivered') return { text: 's.result > ?', values: [at('relayed')] };
  if (wanted !== 'delivered') return { text: 's.result = ?', values: [at(wanted)] };
  const progress = 'SELECT m.progress FROM messages m WHERE m.seq = s.seq';
  return {
    text: `(s.result = ? OR (s.result = ? AND instr((${progress}), '"kind":"relayed"') > 0))`,
    values: [at('relayed'), at('mixed')],
  };
}

/** A bracket begins a set of characters; a set of the bracket alone is the bracket. */
function escaped(pattern: string): string {
  return pattern.replaceAll('[', '[[]');
}

/** What is in work is little beside the trace, so it leads the join where it is asked for. */
function statementOf(
  query: ListQuery,
  conditions: readonly Condition[],
): { readonly text: string; readonly values: readonly SQLInputValue[] } {
  const from = isInWork(query) ? 'queue q CROSS JOIN search s ON s.seq = q.seq' : 'search s';
  // The number of the queue's row, so that its table is read by portions as well.
  const texts = conditions.map(({ text }) =>
    isInWork(query) ? text.replace('s.seq BETWEEN', 'q.seq BETWEEN') : text,
  );
  const where = texts.length === 0 ? '' : `WHERE ${texts.join(' AND ')}`;
  return {
    text: `SELECT s.seq, s.bytes FROM ${from} ${where}`,
    values: conditions.flatMap(({ values }) => values),
  };
}

function isInWork({ state, waitingFor }: ListQuery): boolean {
  return state === 'active' || state === 'held' || waitingFor !== null;
}

function numberOf(cursor: string | null): number | undefined {
  const value = cursor === null ? Number.NaN : Number(cursor);
  return Number.isSafeInteger(value) ? value : undefined;
}
