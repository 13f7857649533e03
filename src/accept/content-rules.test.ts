/** What the body may be, and what becomes of content when memory, disk or client fail. */
import { expect, test } from 'vitest';
import type { ContentSink, Store } from '../store/store.ts';
import { StoreError } from '../store/store.ts';
import type { WayIn } from './accept.fixture.ts';
import { give, mail, openWayIn, sourceWith, splitAt, stored, transaction } from './accept.fixture.ts';

const header = mail('From: scan@contoso.com', '');

function content(body: string): Buffer {
  return Buffer.concat([header, Buffer.from(body, 'latin1')]);
}

async function send(way: WayIn, octets: Buffer, given: Parameters<typeof transaction>[1] = {}) {
  return give(way.acceptance.begin(transaction(way, given)), [octets]);
}

// RFC 5321 2.3.8 and V1: what a next hop could take for the end of the content, or for anything else.
test.each([
  ['bare LF', 'a\nb\r\n', /bare LF .*"bare-line-feeds" of source scanner/],
  ['bare CR', 'a\rb\r\n', /bare CR .*bare-line-feeds/],
  ['the smuggler’s LF . LF', 'a\n.\nMAIL FROM:<x@y>\r\n', /bare LF/],
  ['LF . CRLF', 'a\n.\r\n', /bare LF/],
  ['CR . CR', 'a\r.\r', /bare CR/],
  ['CR at the end', 'a\r', /bare CR/],
  ['NUL', 'a\0b\r\n', /NUL .*no repair/],
])('refuses %s', async (_, body, explanation) => {
  await using way = await openWayIn();
  const result = await send(way, content(body));
  expect(result).toMatchObject({
    code: 550,
    enhanced: '5.6.0',
    rule: 'line-ends',
    explanation: expect.stringMatching(explanation) as string,
  });
  if (result.kind !== 'receipt') expect(result.text).not.toMatch(/repair|scanner/);
});

test('the repair makes CRLF of them, header included, and says how many', async () => {
  await using way = await openWayIn();
  const source = sourceWith({ repair: ['bare-line-feeds'] });
  const octets = Buffer.from('From: scan@contoso.com\nSubject: x\n\na\n.\nb\rc\r\n');
  const { behindTrace, message } = await stored(way, await send(way, octets, { source }));
  expect(behindTrace.toString()).toBe('From: scan@contoso.com\r\nSubject: x\r\n\r\na\r\n.\r\nb\r\nc\r\n');
  expect(message.accepted.trace).toMatchObject([
    { step: 'changed', by: 'bare-line-feeds', text: '6 line ends became CRLF' },
  ]);
});

test('a header section of bare LFs is refused for its line ends, however long', async () => {
  await using way = await openWayIn();
  expect(await send(way, Buffer.from('X: y\n'.repeat(100_000)))).toMatchObject({ rule: 'line-ends' });
});

test('BINARYMIME keeps its octets (RFC 3030), but not in the header section', async () => {
  await using way = await openWayIn();
  const binary = { envelope: { body: 'binarymime' } } as never;
  const octets = content('a\nb\0\r\xff');
  const { behindTrace, message } = await stored(way, await send(way, octets, binary));
  expect(behindTrace.equals(octets)).toBe(true);
  expect(message.accepted.content).toMatchObject({ binary: true, eightBit: true });
  const text = await stored(way, await send(way, content('plain\r\n'), binary));
  expect(text.message.accepted.content.binary).toBe(false);
  const bad = Buffer.from('From: scan@contoso.com\nX: y\r\n\r\n');
  expect(await send(way, bad, binary)).toMatchObject({ rule: 'line-ends' });
});

test.each([
  [
    '8-bit text without 8BITMIME is taken, and known',
    'From: scan@contoso.com\r\n',
    '\xe9',
    { eightBit: true, utf8Header: false },
  ],
  [
    'UTF-8 in the header is known',
    'From: scan@contoso.com\r\nSubject: T\xc3\xbcr\r\n',
    '',
    { eightBit: true, utf8Header: true },
  ],
  [
    'Latin-1 in the header is no UTF-8',
    'From: scan@contoso.com\r\nSubject: T\xfcr\r\n',
    '',
    { eightBit: true, utf8Header: false },
  ],
])('%s', async (_, fields, body, facts) => {
  await using way = await openWayIn();
  const octets = Buffer.from(`${fields}\r\n${body}`, 'latin1');
  const { behindTrace, message } = await stored(way, await send(way, octets));
  expect(behindTrace.equals(octets)).toBe(true);
  expect(message.accepted.content).toMatchObject(facts);
});

test('long lines are taken as they are, and said', async () => {
  await using way = await openWayIn();
  const octets = content(`${'x'.repeat(5000)}\r\n`);
  const { behindTrace, message } = await stored(way, await send(way, octets));
  expect(behindTrace.equals(octets)).toBe(true);
  expect(message.accepted.trace).toMatchObject([{ step: 'accepted', by: 'long-lines' }]);
  expect(message.accepted.trace[0]?.text).toMatch(/^the longest line has 5000 octets/);
});

test('the facts for the trace are decoded, bounded and harmless', async () => {
  await using way = await openWayIn();
  const subject = `=?utf-8?Q?a=0D=0AX:=1B[2J=E2=80=AE?= ${'ü'.repeat(400)}`;
  const octets = Buffer.from(`From: scan@contoso.com\r\nSubject: ${subject}\r\n\r\n`);
  const { message } = await stored(way, await send(way, octets));
  const { subject: kept = '' } = message.accepted.content;
  expect(kept).toMatch(/^a X: \[2J {2}ü+$/);
  expect(kept.length).toBe(200);
});

test('content larger than allowed is refused and let go', async () => {
  await using way = await openWayIn({ inlineBytesMax: 4096 });
  const given = transaction(way, { messageBytesMax: 100_000 });
  const exact = Buffer.concat([header, Buffer.alloc(100_000 - header.length, 'x')]);
  expect((await give(way.acceptance.begin(given), splitAt(exact, [50_000]))).kind).toBe('receipt');
  const more = [exact, ...Array<Buffer>(100).fill(Buffer.alloc(10_000, 'y'))];
  const result = await give(way.acceptance.begin(transaction(way, { messageBytesMax: 100_000 })), more);
  expect(result).toMatchObject({ code: 552, enhanced: '5.3.4', rule: 'message-size' });
  expect((await way.store.stats()).active).toBe(1);
});

/** A store whose sink waits for the test, and remembers what became of it. */
function slowStore(store: Store) {
  const writes: { bytes: number; done: () => void }[] = [];
  const state = { open: 0, aborted: 0, finished: 0 };
  const wrapped = wrap(store, (id) => {
    state.open++;
    const sink = store.createContent(id);
    return {
      write: (chunk) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        writes.push({ bytes: chunk.length, done: resolve });
        return promise.then(() => sink.write(chunk));
      },
      finish: async () => {
        state.finished++;
        return sink.finish();
      },
      abort: async () => {
        state.aborted++;
        await sink.abort();
      },
    };
  });
  return { wrapped, writes, state };
}

function wrap(
  store: Store,
  createContent: (id: Parameters<Store['createContent']>[0]) => ContentSink,
  insert?: Store['insert'],
): Store {
  return new Proxy(store, {
    get(target, property) {
      if (property === 'createContent') return createContent;
      if (property === 'insert' && insert) return insert;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

test('a slow disk stops the reading, and memory stays bounded', async () => {
  let slow: ReturnType<typeof slowStore> | undefined;
  await using way = await openWayIn({
    inlineBytesMax: 64 * 1024,
    wrapStore: (store) => (slow = slowStore(store)).wrapped,
  });
  const intake = way.acceptance.begin(transaction(way, { messageBytesMax: 2 ** 30 }));
  intake.write(header);
  let given = 0;
  while (intake.write(Buffer.alloc(65_536, 'x'))) given += 65_536;
  expect(given).toBeLessThan(1024 * 1024);
  let drained = false;
  const waiting = intake.drained().then(() => (drained = true));
  await Promise.resolve();
  expect(drained).toBe(false);
  for (const { done } of slow?.writes.splice(0) ?? []) done();
  await waiting;
  const end = intake.finish();
  await way.clock.advance(0);
  for (const { done } of slow?.writes ?? []) done();
  expect((await end).kind).toBe('receipt');
});

test('all sessions together stop at the bound on memory, and none for ever', async () => {
  let slow: ReturnType<typeof slowStore> | undefined;
  await using way = await openWayIn({
    inlineBytesMax: 128 * 1024,
    contentBytesInFlightMax: 200_000,
    wrapStore: (store) => (slow = slowStore(store)).wrapped,
  });
  const intakes = Array.from({ length: 10 }, () => way.acceptance.begin(transaction(way)));
  const rooms = intakes.map((intake) => intake.write(Buffer.concat([header, Buffer.alloc(40_000, 'x')])));
  // Nothing of these is large, but together they are too much: the later ones leave memory and wait.
  expect(rooms[0]).toBe(true);
  expect(rooms.at(-1)).toBe(false);
  expect(slow?.state.open).toBeGreaterThan(0);
  const waits = Promise.all(intakes.map((intake) => intake.drained()));
  for (const { done } of slow?.writes.splice(0) ?? []) done();
  await waits;
  const results = await Promise.all(intakes.map((intake) => intake.finish()));
  expect(results.every(({ kind }) => kind === 'receipt')).toBe(true);
  const next = way.acceptance.begin(transaction(way));
  expect(next.write(Buffer.concat([header, Buffer.alloc(100_000, 'x')]))).toBe(true);
  next.abort();
});

test.each([
  ['before the header is complete', [Buffer.from('From: sc')], 0],
  ['in memory', [header, Buffer.from('x')], 0],
  ['in the sink', [header, Buffer.alloc(300_000, 'x'), Buffer.alloc(300_000, 'x')], 1],
])('abort %s leaves nothing', async (_, chunks, sinks) => {
  let slow: ReturnType<typeof slowStore> | undefined;
  await using way = await openWayIn({ wrapStore: (store) => (slow = slowStore(store)).wrapped });
  const intake = way.acceptance.begin(transaction(way));
  for (const chunk of chunks) intake.write(chunk);
  intake.abort();
  intake.abort();
  for (const { done } of slow?.writes ?? []) done();
  await intake.drained();
  expect(await intake.finish()).toMatchObject({ kind: 'defer', rule: 'aborted' });
  expect(slow?.state.open).toBe(sinks);
  expect(slow?.state.aborted).toBeGreaterThanOrEqual(sinks);
  expect((await way.store.stats()).active).toBe(0);
});

test('abort while the content is made stable leaves nothing', async () => {
  let slow: ReturnType<typeof slowStore> | undefined;
  await using way = await openWayIn({ wrapStore: (store) => (slow = slowStore(store)).wrapped });
  const intake = way.acceptance.begin(transaction(way));
  intake.write(Buffer.concat([header, Buffer.alloc(300_000, 'x')]));
  const end = intake.finish();
  intake.abort();
  for (const { done } of slow?.writes ?? []) done();
  expect(await end).toMatchObject({ rule: 'aborted' });
  expect((await way.store.stats()).active).toBe(0);
});

test.each([
  ['full', 452, '4.3.1'],
  ['failed', 451, '4.3.0'],
] as const)(
  'a store that is %s defers, at every step, and the next message passes',
  async (kind, code, enhanced) => {
    const steps = ['create', 'write', 'finish', 'insert'] as const;
    for (const failing of [...steps, 'none']) {
      const fail = (step: string): void => {
        if (step === failing) throw new StoreError(kind, `${step} failed`);
      };
      await using way = await openWayIn({
        wrapStore: (store) =>
          wrap(
            store,
            (id) => {
              fail('create');
              const sink = store.createContent(id);
              return {
                async write(chunk) {
                  fail('write');
                  await sink.write(chunk);
                },
                async finish() {
                  fail('finish');
                  return sink.finish();
                },
                abort: () => sink.abort(),
              };
            },
            async (message) => {
              fail('insert');
              await store.insert(message);
            },
          ),
      });
      const large = [header, ...Array<Buffer>(20).fill(Buffer.alloc(50_000, 'x'))];
      const result = await give(way.acceptance.begin(transaction(way)), large);
      if (failing === 'none') expect(result.kind).toBe('receipt');
      else expect(result).toMatchObject({ kind: 'defer', code, enhanced });
      expect((await way.store.stats()).active).toBe(failing === 'none' ? 1 : 0);
      // D4: never a 5yz for a fault on our side; and no fault report for a store that only says no.
      expect(way.events.counts()['fault']).toBeUndefined();
    }
  },
);

test('before the first octet: disk and announced size', async () => {
  let health: 'ok' | 'full' | 'failing' = 'ok';
  await using way = await openWayIn({ health: () => health, roomBytes: () => 1000 });
  expect(way.acceptance.ready(undefined)).toBeUndefined();
  expect(way.acceptance.ready(1000)).toBeUndefined();
  expect(way.acceptance.ready(1001)).toMatchObject({ kind: 'defer', code: 452, enhanced: '4.3.1' });
  health = 'full';
  expect(way.acceptance.ready(1)).toMatchObject({ code: 452, enhanced: '4.3.1' });
  health = 'failing';
  expect(way.acceptance.ready(undefined)).toMatchObject({ code: 451, enhanced: '4.3.0' });
});

test('a megabyte in one-octet chunks keeps no chunk alive and is stored whole', async () => {
  await using way = await openWayIn();
  const octets = content('0123456789abcde\r\n'.repeat(20_000));
  const { behindTrace } = await stored(
    way,
    await give(way.acceptance.begin(transaction(way)), splitAt(octets, [...octets.keys()])),
  );
  expect(behindTrace.equals(octets)).toBe(true);
});
