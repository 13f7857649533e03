import { describe, expect, test } from 'vitest';
import { outcome } from '../../accounts/access.fixture.ts';
import { host, localToken, makeTestServer, testPassword } from '../testing/test-server.ts';

const jsonHeaders = { host, 'content-type': 'application/json' };
const alex = { name: 'alex', role: 'administrator', password: testPassword } as const;

async function withAlex(change: Parameters<typeof makeTestServer>[0] = {}) {
  const made = await makeTestServer(change);
  await made.access.accounts.add(alex);
  const signIn = (headers: object = {}, body: object = { username: 'alex', password: testPassword }) =>
    made.server.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: { ...jsonHeaders, ...headers },
      body: JSON.stringify(body),
    });
  return { ...made, signIn };
}

const cookieOf = (answer: { readonly headers: object }): string =>
  String((answer.headers as Record<string, unknown>)['set-cookie']).split(';')[0] ?? '';

/** What follows the value of the cookie; the order says nothing. */
const attributesOf = (answer: { readonly headers: object }): readonly string[] =>
  String((answer.headers as Record<string, unknown>)['set-cookie'])
    .split('; ')
    .slice(1)
    .toSorted();

describe('a session', () => {
  test('begins by password, is a cookie that no script can read, and ends', async () => {
    const { server, signIn } = await withAlex();
    const answer = await signIn();
    expect(answer.json()).toMatchObject({ signedIn: true, name: 'alex', role: 'administrator' });
    expect(answer.headers['set-cookie']).toMatch(/^relay365=[\w-]{43}; /);
    expect(attributesOf(answer)).toEqual(['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Strict']);
    const headers = { ...jsonHeaders, cookie: cookieOf(answer) };
    const own = async () => (await server.inject({ url: '/api/v1/session', headers })).json() as object;
    expect(await own()).toMatchObject({ signedIn: true, via: 'session', version: '0.0.0' });
    const ended = await server.inject({ method: 'DELETE', url: '/api/v1/session', headers });
    expect(ended.statusCode).toBe(204);
    expect(ended.headers['set-cookie']).toContain('Max-Age=0');
    expect(await own()).toMatchObject({ signedIn: false });
    expect(await own()).not.toHaveProperty('version');
  });

  test('under TLS has a cookie with __Host- and Secure, and says HSTS', async () => {
    const { server, signIn } = await withAlex({ server: { publicUrl: 'https://relay.contoso.com' } });
    const answer = await signIn();
    expect(answer.headers['set-cookie']).toMatch(/^__Host-relay365=/);
    // RFC 6265bis 4.1.3.2: the prefix is only honoured with Secure and Path=/, and without Domain.
    expect(attributesOf(answer)).toEqual([
      'HttpOnly',
      'Max-Age=604800',
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ]);
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
    const bare = cookieOf(answer).replace('__Host-', '');
    const asked = await server.inject({ url: '/api/v1/me', headers: { host, cookie: bare } });
    expect(asked.statusCode).toBe(401);
  });

  test('of a disabled account, or one with a new password, is over at once', async () => {
    const { server, signIn, access } = await withAlex();
    await access.accounts.add({ ...alex, name: 'kim', role: 'viewer' });
    const headers = { host, cookie: cookieOf(await signIn({}, { username: 'kim', password: testPassword })) };
    const put = (body: object) =>
      server.inject({
        method: 'PUT',
        url: '/api/v1/users/kim',
        headers: { ...jsonHeaders, authorization: `Bearer ${localToken}`, 'if-match': '*' },
        body: JSON.stringify(body),
      });
    const me = async () => (await server.inject({ url: '/api/v1/me', headers })).statusCode;
    expect(await me()).toBe(200);
    expect((await put({ password: `${testPassword} and more` })).statusCode).toBe(200);
    expect(await me()).toBe(401);
  });

  test('follows the role of its account', async () => {
    const { server, signIn, access } = await withAlex();
    await access.accounts.add({ ...alex, name: 'kim' });
    const headers = { host, cookie: cookieOf(await signIn({}, { username: 'kim', password: testPassword })) };
    const users = async () => (await server.inject({ url: '/api/v1/users', headers })).statusCode;
    expect(await users()).toBe(200);
    await access.accounts.change('kim', { role: 'operator' });
    expect(await users()).toBe(403);
  });

  test('is seen and ended by its owner and by administrators alone', async () => {
    const { server, sessionOf } = await makeTestServer();
    const [viewer, operator, administrator] = [
      await sessionOf('viewer'),
      await sessionOf('operator'),
      await sessionOf('administrator'),
    ];
    const list = async (cookie: string) =>
      (await server.inject({ url: '/api/v1/sessions', headers: { host, cookie } })).json<{
        items: { id: string; name: string; current: boolean }[];
      }>().items;
    expect((await list(viewer)).map(({ name }) => name)).toEqual(['viewer']);
    expect(await list(administrator)).toHaveLength(3);
    const id = (await list(viewer))[0]?.id ?? '';
    const end = async (cookie: string) =>
      (await server.inject({ method: 'DELETE', url: `/api/v1/sessions/${id}`, headers: { host, cookie } }))
        .statusCode;
    expect(await end(operator)).toBe(404);
    expect(await end(administrator)).toBe(204);
    expect((await server.inject({ url: '/api/v1/me', headers: { host, cookie: viewer } })).statusCode).toBe(
      401,
    );
  });
});

describe('another page', () => {
  // V15; the browser sends these headers by itself, and no page can change them.
  test.each([
    ['a foreign Origin', { origin: 'http://evil.test' }, 403],
    ['an Origin that hides itself', { origin: 'null' }, 403],
    ['the same host on another port', { origin: 'http://127.0.0.1:9999' }, 403],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }, 403],
    ['a foreign Host', { host: 'evil.test' }, 421],
    ['our own page', { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }, 200],
  ])('%s', async (_, headers, status) => {
    const { signIn } = await withAlex();
    expect((await signIn(headers)).statusCode).toBe(status);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'cannot send a form as %s',
    async (type) => {
      const { signIn } = await withAlex();
      expect((await signIn({ 'content-type': type })).statusCode).toBe(415);
    },
  );

  test('reads nothing with the cookie either', async () => {
    const { server, sessionOf } = await makeTestServer();
    const cookie = await sessionOf('administrator');
    const headers = { host, cookie, 'sec-fetch-site': 'cross-site' };
    expect((await server.inject({ url: '/api/v1/users', headers })).statusCode).toBe(403);
  });
});

describe('a failed sign-in', () => {
  // D15, D16: nothing is there before somebody makes it.
  test('is all there is without an account, whatever is tried', async () => {
    const { server, clock } = await makeTestServer();
    for (const [username, password] of [
      ['admin', 'admin'],
      ['administrator', 'password'],
      ['relay365', 'relay365'],
    ]) {
      const asked = server.inject({
        method: 'POST',
        url: '/api/v1/session',
        headers: jsonHeaders,
        body: JSON.stringify({ username, password }),
      });
      expect(await outcome(clock, asked)).toMatchObject({ statusCode: 401 });
    }
    const session = await server.inject({ url: '/api/v1/session', headers: { host } });
    expect(session.json()).toMatchObject({ firstAccount: true, signedIn: false });
  });

  test('is on record under the name that was tried, without the password', async () => {
    const { signIn, audit, clock } = await withAlex();
    const asked = signIn({}, { username: 'alex', password: 'test value: wrong' });
    expect(await outcome(clock, asked)).toMatchObject({ statusCode: 401 });
    const { items } = await audit.page({}, { limit: 1 });
    expect(items[0]).toMatchObject({
      action: 'signIn',
      by: 'alex',
      via: 'nobody',
      result: 'wrong: name, password or code are wrong',
    });
    expect(JSON.stringify(items)).not.toContain('test value');
  });
});

describe('a call that creates', () => {
  const create = async (key: string, body: object = { name: 'ci', role: 'viewer' }) => {
    const { server } = await one;
    return server.inject({
      method: 'POST',
      url: '/api/v1/tokens',
      headers: { ...jsonHeaders, authorization: `Bearer ${localToken}`, 'idempotency-key': key },
      body: JSON.stringify(body),
    });
  };
  const one = makeTestServer();

  test('is done once under one key, and answered alike', async () => {
    const { access, audit, store } = await one;
    const first = await create('k1');
    const entries = audit.head?.count;
    const again = await create('k1');
    expect(first.statusCode).toBe(201);
    expect([again.statusCode, again.body]).toEqual([201, first.body]);
    expect(access.tokens.list()).toHaveLength(1);
    expect(audit.head?.count).toBe(entries);
    const kept = await store.records.list({ kind: 'replay', limit: 10 });
    expect(JSON.stringify(kept)).not.toContain(first.json<{ token: string }>().token);
  });

  test('under a key of another request is 422, and a key that is none 400', async () => {
    expect((await create('k1', { name: 'other', role: 'viewer' })).statusCode).toBe(422);
    expect((await create(' '.repeat(3), { name: 'x', role: 'viewer' })).statusCode).toBe(400);
  });

  test('after a day the key is free again', async () => {
    const { clock } = await one;
    await clock.advance(86_400_000);
    expect((await create('k1', { name: 'next-day', role: 'viewer' })).statusCode).toBe(201);
  });
});

describe('a change of what is versioned', () => {
  test('needs the ETag of what is there', async () => {
    const { server, access } = await makeTestServer();
    await access.accounts.add(alex);
    await access.accounts.add({ ...alex, name: 'kim', role: 'viewer' });
    const authorization = `Bearer ${localToken}`;
    const read = () => server.inject({ url: '/api/v1/users/kim', headers: { host, authorization } });
    const put = async (ifMatch: string | undefined, role: string) =>
      (
        await server.inject({
          method: 'PUT',
          url: '/api/v1/users/kim',
          headers: { ...jsonHeaders, authorization, ...(ifMatch ? { 'if-match': ifMatch } : {}) },
          body: JSON.stringify({ role }),
        })
      ).statusCode;
    const etag = String((await read()).headers.etag);
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(await put(undefined, 'operator')).toBe(428);
    expect(await put('"other"', 'operator')).toBe(412);
    // Of two who saw the same, one changes it.
    const both = await Promise.all([put(etag, 'operator'), put(etag, 'help-desk')]);
    expect(both.toSorted()).toEqual([200, 412]);
    expect(await put(etag, 'viewer')).toBe(412);
    expect(await put(`"x", ${String((await read()).headers.etag)}`, 'viewer')).toBe(200);
  });
});
