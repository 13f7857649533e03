import { expect, it } from 'vitest';
import { FakeClock } from '../../platform/fake-clock.ts';
import type { QueueId } from '../../message/message.ts';
import type { KeyedRecord, RecordChange, RecordQuery } from '../../store/records.ts';
import { ArrivalBook } from './arrival-book.ts';
import type { Arrival } from './join.ts';

function world() {
  const records = new Map<string, string>();
  const messages = new Set<string>();
  const store = {
    get: (id: string) => Promise.resolve(messages.has(id) ? ({} as never) : undefined),
    records: {
      get: (_kind: string, key: string) => {
        const text = records.get(key);
        return Promise.resolve(text === undefined ? undefined : { key, version: 1, text });
      },
      list: ({ limit }: RecordQuery): Promise<readonly KeyedRecord[]> =>
        Promise.resolve(
          [...records]
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .slice(0, limit)
            .map(([key, text]) => ({ key, version: 1, text })),
        ),
      write: (changes: readonly RecordChange[]) => {
        for (const { key, text } of changes)
          if (text === null) records.delete(key);
          else records.set(key, text);
        return Promise.resolve('written' as const);
      },
    },
  };
  return { records, messages, book: new ArrivalBook(store, new FakeClock()) };
}

const arrival = (id: string, verdict: Arrival['verdict'], more: Partial<Arrival> = {}): Arrival => ({
  id,
  messageId: `<${id}@contoso.com>`,
  sender: 'scan@contoso.com',
  recipient: 'ann@fabrikam.com',
  state: 'relayed',
  verdict,
  text: verdict,
  ...more,
});

const verdicts = async (book: ArrivalBook, id = 'a1') =>
  (await book.of(id as QueueId)).map(({ verdict }) => verdict);

it('keeps the last word, and takes back nothing for want of knowledge', async () => {
  const { book, messages } = world();
  messages.add('a1');
  await book.put([arrival('a1', 'on-its-way')]);
  expect(await verdicts(book)).toEqual(['on-its-way']);
  await book.put([arrival('a1', 'arrived')]);
  await book.put([arrival('a1', 'not-seen')]);
  expect(await verdicts(book)).toEqual(['arrived']);
  await book.put([arrival('a1', 'returned')]);
  await book.put([arrival('a1', 'arrived')]);
  expect(await verdicts(book)).toEqual(['returned']);
});

it('keeps nothing of what is still here', async () => {
  const { book, records, messages } = world();
  messages.add('a1');
  await book.put([arrival('a1', 'not-handed-over')]);
  expect(records.size).toBe(0);
  expect(await book.of('a1' as QueueId)).toEqual([]);
});

it('forgets with the traces of the messages', async () => {
  const { book, records, messages } = world();
  const ids = Array.from({ length: 2_500 }, (_, index) => `m${String(index).padStart(5, '0')}`);
  for (const id of ids) messages.add(id);
  await book.put(ids.map((id) => arrival(id, 'arrived')));
  expect(records.size).toBe(2_500);
  for (const id of ids.slice(0, 2_400)) messages.delete(id);
  await book.put([arrival('m02499', 'not-seen')]);
  expect(records.size).toBe(100);
});
