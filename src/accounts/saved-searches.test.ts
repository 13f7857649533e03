import { describe, expect, test } from 'vitest';
import { makeAccess } from './access.fixture.ts';
import { searchesMax } from './saved-searches.ts';

const alex = { name: 'alex', isAdministrator: false };
const kim = { name: 'kim', isAdministrator: false };
const root = { name: 'root', isAdministrator: true };
const invoices = { name: 'Invoices', filter: { text: 'invoice*' }, shared: false };

describe('saved searches', () => {
  test('are those of who saved them, by name, also after a restart', async () => {
    const { searches, clock, reopen } = await makeAccess();
    await searches.save(invoices, alex);
    await searches.save({ ...invoices, name: 'A day' }, alex);
    await searches.save(invoices, kim);
    const mine = (await reopen()).searches.of('Alex');
    expect(mine.map(({ name, by }) => [name, by])).toEqual([
      ['A day', 'alex'],
      ['Invoices', 'alex'],
    ]);
    expect(mine[1]).toEqual({ ...invoices, by: 'alex', savedAt: clock.now() });
  });

  test('are replaced under the same name, whatever its case', async () => {
    const { searches } = await makeAccess();
    await searches.save(invoices, alex);
    await searches.save({ ...invoices, name: 'INVOICES', filter: { source: 'erp' } }, alex);
    expect(searches.of('alex')).toMatchObject([{ name: 'INVOICES', filter: { source: 'erp' } }]);
  });

  test('that are shared everybody sees, and only who shared them and administrators change them', async () => {
    const { searches } = await makeAccess();
    await searches.save({ ...invoices, shared: true }, alex);
    expect(searches.of('kim')).toMatchObject([{ name: 'Invoices', by: 'alex', shared: true }]);
    await expect(searches.save({ ...invoices, shared: true }, kim)).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('shared by alex') as string,
    });
    await expect(searches.remove('invoices', kim)).rejects.toMatchObject({ kind: 'conflict' });
    // One's own of that name stands beside it, and goes first.
    await searches.save(invoices, kim);
    expect(searches.of('kim')).toHaveLength(2);
    await searches.remove('invoices', kim);
    expect(searches.of('kim')).toMatchObject([{ shared: true }]);
    await searches.remove('invoices', root);
    expect(searches.of('alex')).toEqual([]);
  });

  test('are there once when they are shared, or shared no more', async () => {
    const { searches } = await makeAccess();
    await searches.save(invoices, alex);
    await searches.save({ ...invoices, shared: true }, alex);
    expect(searches.of('alex')).toMatchObject([{ shared: true }]);
    await searches.save(invoices, alex);
    expect(searches.of('alex')).toMatchObject([{ shared: false }]);
    expect(searches.of('kim')).toEqual([]);
    // Somebody else's shared one is not taken away by an own one of its name.
    await searches.save({ ...invoices, shared: true }, kim);
    await searches.save(invoices, alex);
    expect(searches.of('alex')).toHaveLength(2);
  });

  test('of a name that holds a separator are not those of somebody else', async () => {
    const { searches } = await makeAccess();
    await searches.save({ ...invoices, name: 'b","c' }, { name: 'a', isAdministrator: false });
    await searches.save({ ...invoices, name: 'c' }, { name: 'a","b', isAdministrator: false });
    expect(searches.of('a')).toHaveLength(1);
    expect(searches.of('a","b')).toHaveLength(1);
  });

  test('go with the account, but for those that are shared', async () => {
    const { searches } = await makeAccess();
    await searches.save(invoices, alex);
    await searches.save({ ...invoices, name: 'for all', shared: true }, alex);
    await searches.save(invoices, kim);
    await searches.forget('alex');
    expect(searches.of('alex').map(({ name }) => name)).toEqual(['for all']);
    expect(searches.of('kim')).toHaveLength(2);
  });

  test('are bounded for each, and replacing one of them is possible still', async () => {
    const { searches } = await makeAccess();
    for (let n = 0; n < searchesMax; n += 1) await searches.save({ ...invoices, name: `s${n}` }, alex);
    await expect(searches.save(invoices, alex)).rejects.toMatchObject({ kind: 'conflict' });
    await searches.save({ ...invoices, name: 's0', filter: { source: 'erp' } }, alex);
    await searches.save(invoices, kim);
    await expect(searches.remove('s100', alex)).rejects.toMatchObject({ kind: 'missing' });
  });
});
