import { expect, it } from 'vitest';
import { FakeClock } from '../../platform/fake-clock.ts';
import type { KeyedRecord, RecordChange, Records } from '../../store/records.ts';
import { TranscriptBook, captureMs } from './transcript-book.ts';

function records(): Records {
  const kept = new Map<string, string>();
  const all = (): KeyedRecord[] => [...kept].map(([key, text]) => ({ key, version: 1, text }));
  return {
    get: (_kind, key) => Promise.resolve(all().find((one) => one.key === key)),
    list: ({ after = '', limit }) =>
      Promise.resolve(
        all()
          .toSorted((a, b) => (a.key < b.key ? -1 : 1))
          .filter(({ key }) => key > after)
          .slice(0, limit),
      ),
    write: (changes: readonly RecordChange[]) => {
      for (const { key, text } of changes) {
        if (text === null) kept.delete(key);
        else kept.set(key, text);
      }
      return Promise.resolve('written');
    },
  };
}

let ref = 0;

/** A session that was fine, or that was answered by a refusal. */
function session(book: TranscriptBook, clock: FakeClock, source = 'printer', failed = false): void {
  ref += 1;
  const tape = book.begin({ ref: `R${ref}`, address: '192.0.2.7', listener: 'devices' });
  tape.relay('220 ready\r\n', clock.now());
  tape.relay(failed ? '550 5.7.1 no\r\n' : '250 ok\r\n', clock.now());
  book.end(tape, { source, ending: 'quit' });
}

it('captures every session for fifteen minutes and none after them', async () => {
  const clock = new FakeClock();
  const book = await TranscriptBook.open(clock, records());
  expect(captureMs).toBe(15 * 60_000);
  expect(book.capture('printer', 'ann')?.until).toBe(clock.now() + captureMs);
  session(book, clock);
  await clock.advance(captureMs);
  session(book, clock);
  expect(book.captures()[0]?.tapes).toHaveLength(2);
  await clock.advance(1);
  session(book, clock);
  session(book, clock);
  expect(book.captures()[0]?.tapes).toHaveLength(2);
  // The last that was fine is always kept.
  expect(book.of('printer')).toHaveLength(3);
});

it('lets what was captured go as long again after its end', async () => {
  const clock = new FakeClock();
  const book = await TranscriptBook.open(clock, records());
  book.capture('printer', 'ann');
  session(book, clock);
  await clock.advance(2 * captureMs);
  expect(book.captures()).toHaveLength(1);
  await clock.advance(1);
  expect(book.captures()).toHaveLength(0);
});

it('permits five captures at a time, and another once one has ended', async () => {
  const clock = new FakeClock();
  const book = await TranscriptBook.open(clock, records());
  for (const key of ['a', 'b', 'c', 'd', 'e']) expect(book.capture(key, 'ann')).toBeDefined();
  expect(book.capture('f', 'ann')).toBeUndefined();
  expect(book.stopCapture('a')).toBe(true);
  expect(book.capture('f', 'ann')).toBeDefined();
});

it('is read back from disk, with what would have helped', async () => {
  const clock = new FakeClock();
  const disk = records();
  const book = await TranscriptBook.open(clock, disk);
  for (let count = 0; count < 8; count += 1) session(book, clock, 'printer', true);
  session(book, clock, 'other');
  const tape = book.begin({ ref: 'P', address: '192.0.2.9', listener: 'devices' });
  tape.relay('334 VXNlcm5hbWU6\r\n', clock.now());
  book.end(tape, { source: undefined, ending: 'client-gone' });
  await book.flush();

  const again = await TranscriptBook.open(clock, disk);
  expect(again.of('printer')).toEqual(book.of('printer'));
  expect(again.of('printer')).toHaveLength(5);
  expect(again.all().find(({ key }) => key === 'printer')).toMatchObject({
    failedSessions: 8,
    isSource: true,
  });
  expect(again.of('192.0.2.9')[0]).toMatchObject({ isPromptUnanswered: true, ending: 'client-gone' });
  session(again, clock, 'printer', true);
  await again.flush();
  const third = await TranscriptBook.open(clock, disk);
  expect(third.all().find(({ key }) => key === 'printer')?.failedSessions).toBe(9);
});
