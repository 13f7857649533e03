/**
 * Questions of operators and of the trace, and content that is no longer in memory. They run on a connection
 * and in a thread of their own, so that a search over a year of mail does not hold up a commit.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { pragma } from './database.ts';
import type {
  EventsQuery,
  ListQuery,
  MessageRow,
  ReadOperation,
  ReadResult,
  StatsRow,
} from './operations.ts';
import { readRecords } from './records.ts';
import { queueGroups } from './queue-groups.ts';
import { Search } from './search.ts';
import { messageRow } from './statements.ts';
import type { Instant } from '../../platform/clock.ts';

const columns = `m.seq, coalesce(q.version, m.version) AS version, m.accepted, m.progress, q.lease_owner,
  q.lease_until, c.seq IS NOT NULL AS has_content, c.file`;
const joins = 'LEFT JOIN queue q ON q.seq = m.seq LEFT JOIN content c ON c.seq = m.seq';

export function createReader(db: DatabaseSync): (operation: ReadOperation) => ReadResult {
  let search: Search | undefined;
  const prepared = new Map<string, StatementSync>();
  const statement = (text: string): StatementSync => {
    let found = prepared.get(text);
    if (found === undefined) {
      found = db.prepare(text);
      prepared.set(text, found);
    }
    return found;
  };

  const get = (id: string): MessageRow | null => {
    const row = statement(`SELECT ${columns} FROM messages m ${joins} WHERE m.id = ?`).get(id);
    return row === undefined ? null : messageRow(row);
  };

  const bySeq = `SELECT ${columns} FROM messages m ${joins} WHERE m.seq = ?`;
  const list = (query: ListQuery): ReadResult => {
    search ??= new Search(db, statement, () => performance.now());
    const { seqs, cursor } = search.find(query);
    const rows = seqs.map((seq) => statement(bySeq).get(seq));
    // One that was swept in between is gone.
    return { messages: rows.flatMap((row) => (row === undefined ? [] : [messageRow(row)])), cursor };
  };

  const events = (query: EventsQuery): ReadResult => {
    const { where, values } = conditions([
      ['kind = ?', query.kind],
      ["event ->> '$.source' = ?", query.source],
      ['at >= ?', query.from],
      ['instr(search, ?) > 0', query.text],
      ['seq < ?', query.cursor],
    ]);
    const rows = statement(`SELECT seq, event FROM events ${where} ORDER BY seq DESC LIMIT ?`).all(
      ...values,
      query.limit + 1,
    );
    return {
      texts: rows.slice(0, query.limit).map((row) => String(row['event'])),
      cursor: cursorOf(rows, query.limit),
    };
  };

  const stats = (): StatsRow => {
    const queued = statement('SELECT count(*) AS active, coalesce(sum(held), 0) AS held FROM queue').get();
    const settled = statement('SELECT count(*) AS kept FROM messages').get();
    // Rows stand in order of insertion, which is the order of acceptance but for moments.
    const oldest = statement(
      'SELECT accepted_at FROM messages WHERE seq = (SELECT min(seq) FROM queue)',
    ).get();
    const active = Number(queued?.['active']);
    return {
      active,
      held: Number(queued?.['held']),
      settled: Number(settled?.['kept']) - active,
      oldest: (oldest?.['accepted_at'] ?? null) as number | null,
      databaseBytes: pragma(db, 'page_count') * pragma(db, 'page_size'),
    };
  };

  const content = (id: string): Uint8Array | null => {
    const row = statement(
      'SELECT data FROM content WHERE seq = (SELECT seq FROM messages WHERE id = ?) AND file IS NULL',
    ).get(id);
    return (row?.['data'] ?? null) as Uint8Array | null;
  };

  const textOf = (row: Readonly<Record<string, unknown>> | undefined): string | null =>
    row === undefined ? null : String(Object.values(row)[0]);

  return (operation) => {
    switch (operation[0]) {
      case 'get':
        return { message: get(operation[1]) };
      case 'list':
        return list(operation[1]);
      case 'queue-groups':
        return { groups: queueGroups(statement, operation[1], operation[2] as Instant) };
      case 'event':
        return {
          text: textOf(
            statement('SELECT event FROM events WHERE ref = ? ORDER BY seq DESC LIMIT 1').get(operation[1]),
          ),
        };
      case 'events':
        return events(operation[1]);
      case 'stats':
        return { stats: stats() };
      case 'document':
        return { text: textOf(statement('SELECT text FROM documents WHERE name = ?').get(operation[1])) };
      case 'record':
      case 'records':
        return { records: readRecords(statement, operation) };
      case 'content':
        return { bytes: content(operation[1]) };
    }
  };
}

/** Only fixed pieces of SQL are put together here; every value is bound. */
type Condition = readonly [text: string, value: SQLInputValue | readonly [] | undefined];

/** Conditions whose value is null are left out; an empty array is a condition without a value. */
function conditions(given: readonly Condition[]): {
  readonly where: string;
  readonly values: SQLInputValue[];
} {
  const used = given.filter(([, value]) => value !== null && value !== undefined);
  const values = used.map(([, value]) => value).filter((value) => !Array.isArray(value)) as SQLInputValue[];
  return { where: used.length === 0 ? '' : `WHERE ${used.map(([text]) => text).join(' AND ')}`, values };
}

function cursorOf(rows: readonly Readonly<Record<string, unknown>>[], limit: number): number | null {
  return rows.length > limit ? Number(rows[limit - 1]?.['seq']) : null;
}
