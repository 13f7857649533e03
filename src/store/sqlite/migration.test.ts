/** Data of an older version, opened by this one. The database was written by that version itself. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import { databaseName } from './database.ts';
import { openSqliteStore } from './sqlite-store.ts';

let directory: string;
let store: Store;
const id = (number: number) => `01KB${String(number).padStart(22, '0')}`;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'relay365-migration-'));
  const db = new DatabaseSync(join(directory, databaseName));
  db.exec(readFileSync(new URL('./testdata/version-2.sql', import.meta.url), 'utf8'));
  db.close();
  store = await openSqliteStore({ directory });
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

test.each([
  ['everything, the newest first', {}, [4, 3, 2, 1]],
  ['sender without regard to case', { sender: 'SCANNER@contoso.com' }, [3, 2, 1]],
  ['the null sender', { sender: '<>' }, [4]],
  ['one of two recipients', { recipient: 'b@fabrikam.com' }, [1]],
  ['a subject beyond ASCII', { text: 'prüfung äöü' }, [1]],
  ['a source', { text: 'erp' }, [2]],
  ['the address of the client', { client: '10.20.0.15' }, [3, 2, 1]],
  ['an id', { text: id(3) }, [3]],
  ['a whole id by wildcard', { text: `*${id(4).slice(-4)}` }, [4]],
  ['a mixed result', { result: 'mixed' }, [1]],
  ['a relayed result', { result: 'relayed' }, [2]],
  ['a connector', { connector: 'backup' }, [1]],
  ['what waits', { state: 'active' }, [4, 3]],
  ['what is held', { state: 'held' }, [3]],
] as const)('is found by %s', async (_, query, expected) => {
  const { items } = await store.list({ ...query, limit: 10 });
  expect(items.map(({ accepted }) => accepted.id)).toEqual(expected.map(id));
});

test('what waited can be settled, and is found by its result', async () => {
  const [waiting] = await store.claim({
    now: Date.now() as never,
    lease: { owner: 'a', until: 0 as never },
    limit: 1,
  });
  if (waiting === undefined) throw new Error('nothing waits');
  const failure = {
    scope: 'message',
    permanence: 'permanent',
    stage: 'data',
    code: 'refused',
    text: 'no',
    status: '5.0.0',
  } as const;
  await store.change({
    id: waiting.accepted.id,
    version: waiting.version,
    progress: { ...waiting.progress, recipients: [{ kind: 'failed', at: waiting.accepted.at, failure }] },
    lease: null,
  });
  const { items } = await store.list({ result: 'failed', limit: 10 });
  expect(items.map(({ accepted }) => accepted.id)).toEqual([id(4)]);
});
