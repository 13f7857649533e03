/** Searches that are kept in the relay: who sees them, what is no search, and that they find what the list finds. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { loopbackPolicy } from '../harness/workspace.ts';
import type { Ask } from './client.ts';
import { asker, tokenOf } from './client.ts';

const stack = new AsyncDisposableStack();
let relay: TestRelay;
let desk: Ask;
let operator: Ask;
let administrator: Ask;

beforeAll(async () => {
  relay = stack.use(await startTestRelay({ policy: loopbackPolicy(1) }));
  desk = asker(relay, await tokenOf(relay, 'help-desk'));
  operator = asker(relay, await tokenOf(relay, 'operator'));
  administrator = asker(relay, await tokenOf(relay, 'administrator'));
});
afterAll(async () => stack.disposeAsync());

const named = (name: string) => ({ params: { name } });
const namesOf = (body: unknown): readonly string[] =>
  (body as { readonly items: readonly { readonly name: string }[] }).items.map(({ name }) => name);

test('a search is of who saved it, and of all when it is shared', async () => {
  const filter = { text: 'invoice*, 4711', result: 'undelivered', last: 'week' };
  const saved = await desk('saveSearch', { ...named('Grüße / ä?'), body: { filter } });
  expect(saved).toMatchObject({ status: 200, body: { name: 'Grüße / ä?', filter, shared: false } });
  expect(namesOf((await operator('searches')).body)).toEqual([]);
  await desk('saveSearch', { ...named('Grüße / ä?'), body: { filter, shared: true } });
  expect((await operator('searches')).body).toMatchObject({
    items: [{ name: 'Grüße / ä?', by: 'token:test-help-desk', shared: true, mayChange: false, filter }],
  });
  expect((await administrator('searches')).body).toMatchObject({ items: [{ mayChange: true }] });
  const refused = await operator('removeSearch', named('Grüße / ä?'));
  expect(refused).toMatchObject({ status: 409 });
  expect((await administrator('removeSearch', named('Grüße / ä?'))).status).toBe(204);
  expect(namesOf((await desk('searches')).body)).toEqual([]);
  expect((await desk('removeSearch', named('Grüße / ä?'))).status).toBe(404);
  const { body } = await administrator('audit', { query: { action: 'removeSearch' } });
  expect(body).toMatchObject({
    items: expect.arrayContaining([
      expect.objectContaining({ object: 'Grüße / ä?', by: 'token:test-administrator', result: 'ok' }),
    ]) as object[],
  });
});

test.each([
  ['nothing', {}],
  ['what no list knows', { colour: 'red' }],
  ['two spans', { last: 'day', from: '2026-11-23T00:00:00Z' }],
  ['no such result', { result: 'lost' }],
  ['too long', { text: 'x'.repeat(10_001) }],
])('a filter of %s is not kept', async (_what, filter) => {
  expect((await desk('saveSearch', { ...named('faulty'), body: { filter } })).status).toBe(400);
  expect(namesOf((await desk('searches')).body)).not.toContain('faulty');
});

test.each([' blank before', 'blank after ', 'two\nlines', 'x'.repeat(61), '\u0000'])(
  'the name %j is none',
  async (name) => {
    const { status } = await desk('saveSearch', { ...named(name), body: { filter: { text: 'x' } } });
    expect(status).toBe(400);
  },
);

test('those of a token go with it', async () => {
  const filter = { text: 'scan' };
  const made = await administrator('addToken', { body: { name: 'desk-2', role: 'help-desk' } });
  const { id, token } = made.body as { readonly id: string; readonly token: string };
  await asker(relay, token)('saveSearch', { ...named('mine'), body: { filter } });
  await administrator('removeToken', { params: { id } });
  const again = await administrator('addToken', { body: { name: 'desk-2', role: 'help-desk' } });
  const second = asker(relay, (again.body as { readonly token: string }).token);
  expect(namesOf((await second('searches')).body)).toEqual([]);
});
