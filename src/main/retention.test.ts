import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createVault, newKeyText, parseKey } from '../config/vault.ts';
import { retention as retentionSchema } from '../config/keeping-schema.ts';
import type { QueueId } from '../message/message.ts';
import { AuditLog } from '../observe/audit/audit-log.ts';
import { verifyAudit } from '../observe/audit/verify.ts';
import { RecordedEvents } from '../observe/events.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { seededRandom } from '../platform/random.ts';
import { LoginGuard } from '../policy/login.ts';
import { message, progress, relayed } from '../store/conformance/samples.ts';
import { ReviewKeeper } from '../review/keeper.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { Retention } from './retention.ts';
import { openTraffic } from './traffic.ts';

const dayMs = 86_400_000;

async function filesWith(directory: string, words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(directory, { recursive: true })) {
    const path = join(directory, name);
    if (!(await stat(path)).isFile()) continue;
    const bytes = await readFile(path);
    for (const word of words) if (bytes.includes(word)) found.push(`${name}: ${word}`);
  }
  return found;
}

async function world(keepsContent = false) {
  const directory = await mkdtemp(join(tmpdir(), 'relay365-retention-'));
  const clock = new FakeClock();
  const events = new RecordedEvents();
  const store = await openSqliteStore({ directory, clock, keepsContent });
  const logins = new LoginGuard({ clock, random: seededRandom(1), failures: 5, lockoutMs: 1000 });
  const traffic = await openTraffic({ store, clock, events, logins });
  const audit = await AuditLog.open({ store, vault: createVault(parseKey(newKeyText())), clock });
  const review = await ReviewKeeper.open({
    clock,
    events,
    records: store.records,
    days: traffic.days,
    habits: traffic.habits,
    newId: () => 'F1',
    learnMs: dayMs,
    isBlocked: () => false,
  });
  const make = (written: object) =>
    new Retention({
      store,
      clock,
      events,
      traffic,
      audit,
      review,
      retention: retentionSchema.parse(written),
    });
  return {
    directory,
    clock,
    events,
    store,
    traffic,
    audit,
    make,
    async [Symbol.asyncDispose]() {
      await review[Symbol.asyncDispose]();
      await traffic[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

test('a planted body and a planted secret are nowhere in the data directory after their time', async () => {
  await using made = await world();
  const { directory, clock, store, traffic, audit } = made;
  const body = 'PLANTED-BODY-9f2c';
  const secret = 'PLANTED-SECRET-77ab';
  const retention = made.make({ trace: '2d', events: '2d', sightings: '2d', strangers: '2d', audit: '90d' });
  const at = clock.now();
  for (const [id, copies] of [
    ['01KB0000000000000000000001', 1],
    ['01KB0000000000000000000002', 5_000],
    ['01KB0000000000000000000003', 40_000],
  ] as const) {
    const content = Buffer.from(`${body}\r\n`.repeat(copies));
    const sample = { id, at, bytes: content.length, subject: secret, source: secret };
    if (content.length <= store.inlineBytesMax) {
      await store.insert(message(sample, { content: { kind: 'bytes', chunks: [content] } }));
    } else {
      const sink = store.createContent(id as QueueId);
      await sink.write(content);
      await store.insert(message(sample, { content: { kind: 'streamed', ref: await sink.finish() } }));
    }
  }
  store.record({ ref: 'one', at, kind: 'refused', fields: { recipient: secret } });
  await audit.append({ by: 'ann', via: 'session', action: 'putPolicy', result: 'ok', object: secret });
  traffic.note({
    kind: 'accepted',
    id: 'x',
    source: secret,
    address: '192.0.2.1',
    sender: 'a',
    recipients: 1,
    bytes: 1,
  });
  await traffic.flush();
  // What nothing is left of in files would make the test empty.
  expect(await filesWith(directory, [body])).not.toEqual([]);
  for (const last of [1, 2, 3]) {
    const id = `01KB000000000000000000000${last}` as QueueId;
    await store.change({ id, version: 1, progress: progress(relayed(at)), lease: null });
  }
  await retention.sweep();
  // The content is over with the settlement; trace, events and audit are not.
  expect(await filesWith(directory, [body])).toEqual([]);
  expect(await filesWith(directory, [secret])).not.toEqual([]);
  await clock.advance(500 * dayMs);
  await audit.append({ by: 'ann', via: 'session', action: 'signIn', result: 'ok' });
  const swept = await retention.sweep();
  expect(swept.removed).toMatchObject({ trace: 3, events: 1, sightings: 1, audit: 2, days: 1 });
  expect(await filesWith(directory, [body, secret])).toEqual([]);
  expect((await verifyAudit(audit)).faults).toEqual([]);
});

test('content stays for its time after the settlement, where it has one', async () => {
  await using made = await world(true);
  const { clock, store } = made;
  const retention = made.make({ content: '2d' });
  const id = '01KB0000000000000000000001' as QueueId;
  await store.insert(message({ id, at: clock.now() }));
  await store.change({ id, version: 1, progress: progress(relayed(clock.now())), lease: null });
  await retention.sweep();
  expect((await store.get(id))?.contentRef).toEqual({ kind: 'inline' });
  await clock.advance(3 * dayMs);
  expect((await retention.sweep()).removed).toMatchObject({ content: 1, trace: 0 });
  expect((await store.get(id))?.contentRef).toBeUndefined();
});

test('what retention removed of the audit log is no fault; what somebody else removed is', async () => {
  await using made = await world();
  const { clock, store, audit } = made;
  const retention = made.make({ audit: '90d' });
  for (let day = 0; day < 10; day += 1) {
    await audit.append({ by: 'ann', via: 'session', action: 'signIn', result: 'ok' });
    await clock.advance(20 * dayMs);
  }
  const { removed } = await retention.sweep();
  expect(removed.audit).toBe(7);
  expect(await verifyAudit(audit)).toMatchObject({ whole: true, entries: 4 });
  const [first] = await store.records.list({ kind: 'audit', limit: 1 });
  await store.records.write([{ kind: 'audit', key: first?.key ?? '', text: null }]);
  const { faults } = await verifyAudit(audit);
  expect(faults.map(({ text }) => text).join()).toContain('is missing: the log must begin with it');
});

test('the floor cannot be moved without the key', async () => {
  await using made = await world();
  const { clock, store, audit } = made;
  for (let day = 0; day < 5; day += 1) {
    await audit.append({ by: 'ann', via: 'session', action: 'signIn', result: 'ok' });
    await clock.advance(60 * dayMs);
  }
  await made.make({ audit: '90d' }).sweep();
  const part = await store.records.list({ kind: 'audit', limit: 2 });
  const second = JSON.parse(part[0]?.text ?? '{}') as { seq: number; hash: string };
  await store.records.write([
    { kind: 'audit', key: part[0]?.key ?? '', text: null },
    {
      kind: 'audit-floor',
      key: 'floor',
      text: JSON.stringify({ count: second.seq, hash: second.hash, code: 'x' }),
    },
  ]);
  expect((await verifyAudit(audit)).faults.map(({ text }) => text).join()).toContain('the floor');
});
