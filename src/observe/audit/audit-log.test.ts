import { describe, expect, test } from 'vitest';
import { createVault, newKeyText, parseKey } from '../../config/vault.ts';
import { FakeClock } from '../../platform/fake-clock.ts';
import { createMemoryStore } from '../../store/memory/memory-store.ts';
import type { Store } from '../../store/store.ts';
import type { AuditAnchor } from './anchor.ts';
import { AuditLog, auditKind, keyOf } from './audit-log.ts';
import { headKey, headKind, headOf } from './head.ts';
import type { AuditEntry, NewAuditEntry } from './entry.ts';
import { canonicalJson, entryHash } from './entry.ts';
import { redactValue } from './redact.ts';
import { verifyAudit } from './verify.ts';

const firstKey = parseKey(newKeyText());
const entry = (change: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  by: 'alex',
  via: 'session',
  address: '192.0.2.7',
  action: 'putPolicy',
  result: 'ok',
  ...change,
});

async function makeLog(entries = 5) {
  const clock = new FakeClock();
  const store = createMemoryStore({ clock });
  const vault = createVault(firstKey);
  const log = await AuditLog.open({ store, vault, clock });
  for (let n = 1; n < entries; n += 1) {
    await clock.advance(1000);
    await log.append(entry({ object: `thing ${n}` }));
  }
  return { clock, store, vault, log };
}

/** As a relay that starts again sees it: nothing is known but what the store has. */
async function verifyAgain(store: Store, vault = createVault(firstKey)) {
  return verifyAudit(await AuditLog.open({ store, vault, clock: new FakeClock() }));
}

async function read(store: Store, seq: number): Promise<AuditEntry> {
  const kept = await store.records.get(auditKind, keyOf(seq));
  return JSON.parse(kept?.text ?? '') as AuditEntry;
}

const put = (store: Store, seq: number, value: unknown) =>
  store.records.write([
    { kind: auditKind, key: keyOf(seq), text: value === null ? null : JSON.stringify(value) },
  ]);

// OWASP Logging Cheat Sheet, "Attacks on logs": that the whole log was removed must show too.
test('a log that was removed with its head, while the accounts stayed, is not whole, then and later', async () => {
  const { log, store } = await makeLog();
  await store.records.write([{ kind: 'account', key: 'alex', text: '{}' }]);
  const { items } = await log.page({}, { limit: 10 });
  await store.records.write([
    ...items.map(({ seq }) => ({ kind: auditKind, key: keyOf(seq), text: null })),
    { kind: headKind, key: headKey, text: null },
  ]);
  for (const expected of [1, 1]) {
    const verdict = await verifyAgain(store);
    expect(verdict.whole).toBe(false);
    expect(verdict.faults).toHaveLength(expected);
    expect(verdict.faults[0]).toMatchObject({ seq: 1, text: expect.stringContaining('accounts already') });
  }
});

describe('an anchor outside the store', () => {
  const anchorIn = (kept: { text?: string }): AuditAnchor => ({
    read: async () => kept.text,
    write: async (text) => void (kept.text = text),
  });
  async function anchored() {
    const kept: { text?: string } = {};
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const vault = createVault(firstKey);
    const open = (to = store) => AuditLog.open({ store: to, vault, clock, anchor: anchorIn(kept) });
    const log = await open();
    for (let n = 1; n < 5; n += 1) await log.append(entry({ object: `thing ${n}` }));
    return { kept, store, clock, open };
  }
  const faultsOf = async (log: AuditLog) => (await verifyAudit(log)).faults.map(({ text }) => text).join();

  test('finds nothing where nothing was done, also when it is behind by a few entries', async () => {
    const { kept, open } = await anchored();
    const before = kept.text;
    await (await open()).append(entry());
    if (before !== undefined) kept.text = before;
    expect(await verifyAudit(await open())).toMatchObject({ whole: true, entries: 6 });
    expect(JSON.parse(kept.text ?? '')).toMatchObject({ count: 6 });
  });

  test('tells that the whole log is gone although no account is left, then and later', async () => {
    const { open, clock } = await anchored();
    const empty = createMemoryStore({ clock });
    for (const _ of [1, 2])
      expect(await faultsOf(await open(empty))).toContain('knows a log, and there is none');
  });

  test('tells that an older database was put back, with a head that fits it', async () => {
    const { kept, store, open } = await anchored();
    // Head and entries as they were after the third: what a copy of that time has.
    const head = headOf(createVault(firstKey), 3, (await read(store, 3)).hash);
    await put(store, 4, null);
    await put(store, 5, null);
    await store.records.write([{ kind: headKind, key: headKey, text: JSON.stringify(head) }]);
    expect(kept.text).toContain('"count":5');
    for (const _ of [1, 2]) expect(await faultsOf(await open())).toContain('an older database was put back');
  });

  test('that somebody changed is a fault; one that is not there is on record', async () => {
    const { kept, open } = await anchored();
    kept.text = (kept.text ?? '').replace('"count":5', '"count":4');
    expect(await faultsOf(await open())).toContain('audit.head of the data directory was changed');
    const second = await anchored();
    delete second.kept.text;
    const log = await second.open();
    expect(await faultsOf(log)).toBe('');
    const { items } = await log.page({ action: 'auditAnchor' }, { limit: 5 });
    expect(items[0]?.result).toContain('a backup was restored, or somebody removed it');
  });
});

describe('a whole log', () => {
  test('is numbered, linked, and verified before and after a restart', async () => {
    const { log, store } = await makeLog();
    const { items } = await log.page({}, { limit: 10 });
    expect(items.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
    expect(items.at(-1)).toMatchObject({ action: 'auditBegun', previous: '0'.repeat(64) });
    expect(items[0]?.previous).toBe(items[1]?.hash);
    const verdict = { whole: true, entries: 5, head: items[0]?.hash, faults: [] };
    expect(await verifyAudit(log)).toEqual(verdict);
    expect(await verifyAgain(store)).toEqual(verdict);
  });

  test('of entries that come at once each follows the one before', async () => {
    const { log, store } = await makeLog(1);
    await Promise.all(Array.from({ length: 40 }, (_, n) => log.append(entry({ object: String(n) }))));
    expect(await verifyAgain(store)).toMatchObject({ whole: true, entries: 41 });
  });

  test('is continued after a restart and a change of the key', async () => {
    const { store, clock } = await makeLog();
    const vault = createVault(parseKey(newKeyText()), [firstKey]);
    const again = await AuditLog.open({ store, vault, clock });
    expect(await verifyAudit(again)).toMatchObject({ whole: true });
    await again.append(entry());
    expect(await verifyAgain(store, vault)).toMatchObject({ whole: true, entries: 6 });
  });
});

describe('what somebody did to the database is found', () => {
  const harm: readonly (readonly [string, (store: Store) => Promise<unknown>])[] = [
    ['a field was changed', async (store) => put(store, 3, { ...(await read(store, 3)), by: 'somebody' })],
    ['a field was added', async (store) => put(store, 3, { ...(await read(store, 3)), note: 'x' })],
    [
      'an entry was changed and hashed anew',
      async (store) => {
        const { hash: _old, ...rest } = { ...(await read(store, 3)), by: 'somebody' };
        await put(store, 3, { ...rest, hash: entryHash(rest) });
      },
    ],
    [
      'the newest entry was changed and hashed anew',
      async (store) => {
        const { hash: _old, ...rest } = { ...(await read(store, 5)), by: 'somebody' };
        await put(store, 5, { ...rest, hash: entryHash(rest) });
      },
    ],
    ['an entry in the middle was removed', (store) => put(store, 3, null)],
    ['the first entry was removed', (store) => put(store, 1, null)],
    ['the newest entry was cut off', (store) => put(store, 5, null)],
    [
      'the end was cut off, and the head set back with a code of another key',
      async (store) => {
        await put(store, 5, null);
        const { hash } = await read(store, 4);
        const head = headOf(createVault(parseKey(newKeyText())), 4, hash);
        await store.records.write([{ kind: headKind, key: headKey, text: JSON.stringify(head) }]);
      },
    ],
    [
      'the end was cut off, and the head set back with the old code',
      async (store) => {
        await put(store, 5, null);
        const { hash } = await read(store, 4);
        const kept = await store.records.get(headKind, headKey);
        const head = { ...(JSON.parse(kept?.text ?? '') as object), count: 4, hash };
        await store.records.write([{ kind: headKind, key: headKey, text: JSON.stringify(head) }]);
      },
    ],
    [
      'two entries changed places',
      async (store) => {
        const [a, b] = [await read(store, 2), await read(store, 3)];
        await put(store, 2, b);
        await put(store, 3, a);
      },
    ],
    ['one was put in between', async (store) => put(store, 6, { ...(await read(store, 5)), seq: 6 })],
    ['one cannot be read', (store) => store.records.write([{ kind: auditKind, key: keyOf(2), text: '{' }])],
  ];
  test.each(harm)('%s', async (_, act) => {
    const { store, log } = await makeLog();
    await act(store);
    expect((await verifyAudit(log)).whole).toBe(false);
    const again = await verifyAgain(store);
    expect(again.whole).toBe(false);
    expect(again.faults.length).toBeGreaterThan(0);
  });

  test('everything is gone: the log that begins anew is not what the relay wrote', async () => {
    const { store, log } = await makeLog();
    for (let seq = 1; seq <= 5; seq += 1) await put(store, seq, null);
    await store.records.write([{ kind: headKind, key: headKey, text: null }]);
    expect((await verifyAudit(log)).whole).toBe(false);
    await expect(log.append(entry())).rejects.toThrow('changed by something else');
  });
});

describe('what is kept', () => {
  test('filters by who, what, which and when', async () => {
    const { log, clock } = await makeLog(1);
    const start = clock.now();
    await log.append(entry({ by: 'Alex', object: 'a' }));
    await clock.advance(1000);
    await log.append(entry({ by: 'kim', action: 'signIn' }));
    const found = async (filter: Parameters<AuditLog['page']>[0]) =>
      (await log.page(filter, { limit: 10 })).items.map(({ seq }) => seq);
    expect(await found({ by: 'alex' })).toEqual([2]);
    expect(await found({ action: 'signIn' })).toEqual([3]);
    expect(await found({ object: 'a' })).toEqual([2]);
    expect(await found({ from: clock.now() })).toEqual([3]);
    expect(await found({ before: clock.now() })).toEqual([2, 1]);
    expect(await found({ from: start, before: clock.now(), by: 'kim' })).toEqual([]);
    const first = await log.page({}, { limit: 2 });
    const second = await log.page({}, { limit: 2, cursor: first.cursor });
    expect(second.items.map(({ seq }) => seq)).toEqual([1]);
  });

  test('secrets are taken out wherever they stand, references and flags stay', () => {
    expect(
      redactValue({
        password: 'x',
        list: [{ clientSecret: 'y', name: 'n' }, { secret: { env: 'NAME' } }],
        login: { username: 'u', password: { file: '/p' } },
        newPassword: true,
        apiToken: 'r365_x',
      }),
    ).toEqual({
      password: '[redacted]',
      list: [{ clientSecret: '[redacted]', name: 'n' }, { secret: { env: 'NAME' } }],
      login: { username: 'u', password: { file: '/p' } },
      newPassword: true,
      apiToken: '[redacted]',
    });
  });

  test('is bounded, whatever was sent', async () => {
    const { log, store } = await makeLog(1);
    let deep: unknown = 'x';
    for (let n = 0; n < 100; n += 1) deep = { deep };
    await log.append(entry({ by: 'x'.repeat(10_000), before: 'y'.repeat(100_000), after: deep }));
    const kept = await store.records.get(auditKind, keyOf(2));
    expect(kept?.text.length).toBeLessThan(2_000);
    expect(await verifyAgain(store)).toMatchObject({ whole: true });
  });

  // RFC 8785 3.2.2 and 3.2.3: no white space, members by UTF-16 code units.
  test('canonical JSON is that of RFC 8785', () => {
    expect(
      canonicalJson({
        '\u20ac': 'Euro',
        '\r': 'CR',
        '\ufb33': 'Dalet',
        '1': 'One',
        '\ud83d\ude00': 'E',
        '\u0080': 'C',
        '\u00f6': 'O',
      }),
    ).toBe('{"\\r":"CR","1":"One","\u0080":"C","ö":"O","€":"Euro","😀":"E","\ufb33":"Dalet"}');
    expect(canonicalJson({ b: [1e21, 0.5, null, true, undefined], a: undefined })).toBe(
      '{"b":[1e+21,0.5,null,true,null]}',
    );
  });
});
