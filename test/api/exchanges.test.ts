/** Creating once, changing what was seen, and paging with whatever a client sends: generated from the contract. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import type { Route, RouteName } from '../../contract/routes.ts';
import { routes } from '../../contract/routes.ts';
import { startNextHop } from '../harness/next-hop.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, sampleContent } from '../harness/workspace.ts';
import type { Ask, Asked } from './client.ts';
import { asker } from './client.ts';

const all = Object.entries(routes) as [RouteName, Route][];
/** Test value. */
const password = 'a long password of a test';

const stack = new AsyncDisposableStack();
let relay: TestRelay;
let ask: Ask;
let id: string;

beforeAll(async () => {
  const nextHop = stack.use(await startNextHop({ refuse: () => ({ code: 451, text: '4.7.0 not now' }) }));
  relay = stack.use(
    await startTestRelay({
      policy: '',
      node: { policy: undefined, backup: { to: './backups', passphrase: 'a test value of words' } },
    }),
  );
  ask = asker(relay, await relay.token());
  const policy = loopbackPolicy(nextHop.port, { connector: { retry: { initial: '1h', maximum: '1h' } } });
  await ask('putPolicy', { body: { text: stringify(policy) } });
  await ask('addUser', { body: { name: 'anna', role: 'viewer', password } });
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const subjects = ['one', 'two', 'three'];
  for (const subject of subjects) {
    const mail = { from: 'scanner@contoso.com', to: ['later@fabrikam.example'] };
    await talk.send({ ...mail, content: sampleContent(subject) });
  }
  for (const name of ['a', 'b', 'c'])
    await talk.pipeline(`MAIL FROM:<${name}@fabrikam.example>`, 'RCPT TO:<x@fabrikam.example>', 'RSET');
  // What is listed and compared below moves no more once each was tried and stands in the queue again.
  const tried = async (): Promise<readonly string[]> => {
    const { body } = await ask('messages', { query: {} });
    const { items } = body as {
      readonly items: readonly { readonly id: string; readonly attempts: number }[];
    };
    return items.filter(({ attempts }) => attempts > 0).map((one) => one.id);
  };
  const ids = await vi.waitUntil(
    async () => {
      const found = await tried();
      return found.length === subjects.length && found;
    },
    { timeout: 60_000 },
  );
  [id = ''] = ids;
});
afterAll(async () => stack.disposeAsync());

describe('Idempotency-Key', () => {
  const hosts = { type: 'smart-host', hosts: ['127.0.0.1:1'] };
  const source = (name: string) => ({ name, networks: ['10.0.0.1'], senders: [`${name}@contoso.com`] });
  const connector = (name: string) => ({
    name,
    route: hosts,
    tls: 'off',
    addressSpaces: [{ pattern: `${name}.example` }],
  });
  /** What to create, and something else of the same kind. */
  const creations: Partial<Record<RouteName, () => readonly [Asked, unknown]>> = {
    resend: () => [{ params: { id }, body: {} }, { recipients: ['other@fabrikam.example'] }],
    addSource: () => [{ body: { document: source('erp') } }, { document: source('other') }],
    addConnector: () => [{ body: { document: connector('second') } }, { document: connector('third') }],
    cloneConnector: () => [{ params: { name: 'next-hop' }, body: { name: 'copy' } }, { name: 'another' }],
    allowStranger: () => [
      {
        params: { address: '192.0.2.7' },
        body: { document: { ...source('copier'), networks: ['192.0.2.7'] } },
      },
      { document: { ...source('copier-2'), networks: ['192.0.2.7'] } },
    ],
    addUser: () => [
      { body: { name: 'kim', role: 'viewer', password } },
      { name: 'lee', role: 'viewer', password },
    ],
    addToken: () => [{ body: { name: 'once', role: 'viewer' } }, { name: 'twice', role: 'viewer' }],
    createBackup: () => [{ body: {} }, { to: '/nonexistent/elsewhere' }],
  };

  test.each(all.filter(([, { creates }]) => creates === true))('%s is done once', async (name, route) => {
    const made = creations[name];
    if (!made) throw new Error(`this test has nothing to create by ${name}`);
    const [asked, otherBody] = made();
    const headers = { 'idempotency-key': `key-of-${name}` };
    const first = await ask(name, { ...asked, headers });
    expect(first).toMatchObject({ status: route.success ?? 200 });
    const again = await ask(name, { ...asked, headers });
    expect({ status: again.status, body: again.body }).toEqual({
      status: first.status,
      body: first.body,
    });
    // draft-ietf-httpapi-idempotency-key-header 2.7: another request under the key is 422.
    expect((await ask(name, { ...asked, body: otherBody, headers })).status).toBe(422);
  });
});

describe('If-Match', () => {
  const places: Readonly<Record<string, { readonly reads: RouteName; readonly name: string }>> = {
    '/api/v1/sources/{name}': { reads: 'source', name: 'scanner' },
    '/api/v1/connectors/{name}': { reads: 'connector', name: 'next-hop' },
    '/api/v1/users/{name}': { reads: 'user', name: 'anna' },
  };
  const changes = all.filter(([, { versioned, method }]) => versioned === true && method !== 'GET');

  test.each(changes)('%s: 428 without, 412 with what has moved on', async (name, route) => {
    const place = places[route.path];
    if (!place) throw new Error(`this test knows nothing at ${route.path}`);
    const params = { name: place.name };
    const seen = await ask(place.reads, { params });
    const etag = seen.headers.get('etag') ?? '';
    // RFC 9110 8.8.3
    expect(etag).toMatch(/^"[\x21\x23-\x7e]+"$/);
    const { document } = seen.body as { readonly document?: object };
    const body = route.body === undefined ? undefined : document ? { document } : { role: 'viewer' };
    const send = (headers: Asked['headers']) =>
      ask(name, { params, ...(body === undefined ? {} : { body }), headers: headers ?? {} });
    // RFC 6585 3, RFC 9110 13.1.1
    expect((await send({})).status).toBe(428);
    for (const other of ['"0"', '"moved on"', 'W/"weak"', etag.slice(1), `${etag}x`, ''])
      expect([400, 412, 428]).toContain((await send({ 'if-match': other })).status);
    const now = await ask(place.reads, { params });
    expect(now.headers.get('etag')).toBe(etag);
    expect(now.body).toEqual(seen.body);
  });

  test('a change with the version that was seen is made, and the same version counts no more', async () => {
    const params = { name: 'anna' };
    const etag = (await ask('user', { params })).headers.get('etag') ?? '';
    const change = () =>
      ask('changeUser', { params, body: { role: 'operator' }, headers: { 'if-match': etag } });
    expect((await change()).body).toMatchObject({ role: 'operator' });
    expect((await change()).status).toBe(412);
  });
});

describe('cursors', () => {
  const lists = all.filter(([, { query }]) => query !== undefined && 'cursor' in query.shape);
  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const hostile = [
    'none',
    '../../etc/passwd',
    "' OR 1=1 --",
    '%00',
    '\u202e\u001b[2J',
    '-1',
    '1e309',
    base64(null),
    base64([]),
    base64([1, 2, 3]),
    base64(['\u0000', {}]),
    base64({ __proto__: { at: 1 } }),
    base64({ at: 'x', id: [] }),
    'A'.repeat(500),
    'A'.repeat(5000),
  ];

  test('there are lists', () => expect(lists.length).toBeGreaterThan(5));

  test.each(lists)('%s takes none that it did not give', async (name) => {
    for (const cursor of hostile) {
      const { status } = await ask(name, { query: { cursor } });
      expect({ cursor: cursor.slice(0, 40), status }).toEqual({ cursor: cursor.slice(0, 40), status: 400 });
    }
  });

  test('one of a list by time is none of a list by size', async () => {
    const cursorOf = async (order: string) => {
      const { body } = await ask('messages', { query: { order, limit: '1' } });
      return (body as { readonly cursor: string }).cursor;
    };
    const [byTime, bySize] = [await cursorOf('newest'), await cursorOf('largest')];
    const status = async (order: string, cursor: string) =>
      (await ask('messages', { query: { order, limit: '1', cursor } })).status;
    expect(await status('oldest', bySize)).toBe(400);
    expect(await status('largest', byTime)).toBe(400);
    expect(await status('smallest', bySize)).toBe(200);
  });

  test.each(lists)('%s gives each item once, page by page', async (name) => {
    type Page = { readonly items: readonly unknown[]; readonly cursor?: string };
    const whole = (await ask(name, { query: { limit: '200' } })).body as Page;
    const seen: unknown[] = [];
    let cursor: string | undefined;
    // The audit log grows by what is asked for here only where something changes.
    for (let pages = 0; pages < 20; pages += 1) {
      const query = { limit: '1', ...(cursor === undefined ? {} : { cursor }) };
      const page: Page = (await ask(name, { query })).body;
      expect(page.items.length).toBeLessThanOrEqual(1);
      seen.push(...page.items);
      ({ cursor } = page);
      if (cursor === undefined) break;
    }
    expect(seen).toEqual(whole.items.slice(0, 20));
  });
});
