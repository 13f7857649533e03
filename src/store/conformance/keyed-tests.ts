import { describe, expect, test } from 'vitest';
import type { Subject } from './store-conformance.ts';

export function keyedTests(subject: Subject): void {
  describe('keyed records', () => {
    const put = (key: string, text: string | null, ifVersion?: number, kind = 'account') =>
      subject.store.records.write([{ kind, key, text, ...(ifVersion === undefined ? {} : { ifVersion }) }]);

    test('made, changed from the version that was read, removed', async () => {
      const { records } = subject.store;
      expect(await records.get('account', 'a')).toBeUndefined();
      expect(await put('a', 'one', 0)).toBe('written');
      expect(await put('a', 'again', 0)).toBe('conflict');
      expect(await put('a', 'two', 1)).toBe('written');
      expect(await put('a', 'late', 1)).toBe('conflict');
      await subject.reopen();
      expect(await subject.store.records.get('account', 'a')).toEqual({ key: 'a', version: 2, text: 'two' });
      expect(await put('a', null, 1)).toBe('conflict');
      expect(await put('a', null, 2)).toBe('written');
      expect(await put('a', null, 2)).toBe('conflict');
      expect(await subject.store.records.get('account', 'a')).toBeUndefined();
    });

    test('without a version whatever is there is replaced', async () => {
      await put('a', 'one');
      await put('a', 'zwei €\u0000\n');
      expect(await subject.store.records.get('account', 'a')).toMatchObject({
        version: 2,
        text: 'zwei €\u0000\n',
      });
      expect(await put('nothing', null)).toBe('written');
    });

    test('a batch is made whole or not at all', async () => {
      await put('a', 'one', 0);
      const { records } = subject.store;
      expect(
        await records.write([
          { kind: 'account', key: 'b', ifVersion: 0, text: 'new' },
          { kind: 'account', key: 'a', ifVersion: 1, text: null },
          { kind: 'token', key: 'c', ifVersion: 7, text: 'x' },
        ]),
      ).toBe('conflict');
      await subject.reopen();
      expect(await subject.store.records.get('account', 'b')).toBeUndefined();
      expect(await subject.store.records.get('account', 'a')).toMatchObject({ version: 1, text: 'one' });
    });

    test('of two changes from one version at the same time one is made', async () => {
      await put('a', 'start', 0);
      const results = await Promise.all(Array.from({ length: 8 }, (_, n) => put('a', `by ${n}`, 1)));
      expect(results.filter((result) => result === 'written')).toHaveLength(1);
      expect(await subject.store.records.get('account', 'a')).toMatchObject({ version: 2 });
    });

    test('listed by key, either way, in parts, one kind at a time', async () => {
      for (const key of ['b', 'a', 'ä', 'Z', '__proto__', '😀', '\uffff']) await put(key, key);
      await put('other', 'x', 0, 'token');
      const keys = async (query: Partial<Parameters<typeof subject.store.records.list>[0]> = {}) => {
        const found = await subject.store.records.list({ kind: 'account', limit: 100, ...query });
        return found.map(({ key }) => key);
      };
      // By octets of UTF-8: U+FFFF before U+1F600, which UTF-16 would turn round.
      expect(await keys()).toEqual(['Z', '__proto__', 'a', 'b', 'ä', '\uffff', '😀']);
      expect(await keys({ order: 'descending', limit: 2 })).toEqual(['😀', '\uffff']);
      expect(await keys({ after: 'a', limit: 2 })).toEqual(['b', 'ä']);
      expect(await keys({ after: 'a', order: 'descending' })).toEqual(['__proto__', 'Z']);
      expect(await keys({ kind: 'Account' })).toEqual([]);
    });
  });
}
