import { beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../contract/routes.ts';
import { routes } from '../../contract/routes.ts';
import { openApi } from '../../contract/openapi.ts';
import { RecordedEvents } from '../observe/events.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { compilePolicy } from '../policy/compile.ts';
import { policySchema } from '../config/policy-schema.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import { createQueue } from '../queue/relay-queue.ts';
import type { AdminContext } from './context.ts';
import { bearerOf, isOwnHost, isOwnOrigin, isSameSecret } from './guard/own-host.ts';
import { openTestAccess } from './testing/test-access.ts';
import { redactDocument } from './policy/redact.ts';
import { buildAdminServer } from './server.ts';
import { faultsOf } from '../../test/harness/openapi.ts';

const token = 'test-token-of-thirty-two-characters';
const authorization = `Bearer ${token}`;
const host = '127.0.0.1:8365';

async function makeServer(changes: Partial<AdminContext> = {}) {
  const clock = new FakeClock();
  const store = createMemoryStore({ clock });
  const queue = await createQueue({ store, clock, owner: 'test' });
  const document = {
    sources: [{ name: 'scanner', networks: ['192.0.2.1'], senders: ['*@contoso.com'] }],
    connectors: [{ name: 'out', route: { type: 'smart-host', hosts: ['mail.example.net:25'] } }],
  };
  const { policy } = compilePolicy(policySchema.parse(document), 1);
  const events = new RecordedEvents();
  const opened = await openTestAccess(store, clock);
  // What these tests do not ask for is left out.
  const context = {
    version: '0.0.0',
    hostname: 'relay.contoso.com',
    startedAt: clock.now(),
    data: '/data',
    storeName: 'memory',
    clock,
    events,
    queue,
    policy: { current: policy },
    policies: {
      managed: 'file',
      file: '/policy.yaml',
      refused: undefined,
      document,
      text: '',
      validate: () => Promise.resolve({ valid: true, findings: [] }),
      put: () => Promise.resolve({ kind: 'not-here', reason: 'kept in a file' }),
      reload: () => Promise.resolve({ kind: 'changed' }),
      editing: {
        entry: () => undefined,
        findings: () => [],
        edit: () => Promise.resolve({ kind: 'not-here', reason: 'kept in a file' }),
        preview: () => Promise.resolve({ kind: 'not-editable', reason: 'kept in a file' }),
        draft: () => Promise.reject(new Error('no draft is judged here')),
        diff: () => Promise.resolve(undefined),
        restore: () => Promise.resolve({ kind: 'not-here', reason: 'kept in a file' }),
        previewRestore: () => Promise.resolve(undefined),
      },
      revisions: () => Promise.resolve([]),
      revision: () => Promise.resolve(undefined),
    },
    delivery: {
      status: () => ({ inHand: 0, connectors: [] }),
      suspend: () => Promise.resolve(true),
      resume: () => Promise.resolve(true),
      letGo: () => Promise.resolve(false),
      noticesForDelete: () => Promise.resolve([]),
    },
    cutOver: {
      current: undefined,
      deferred: { recipients: 0, senders: 0 },
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(false),
    },
    listeners: () => [{ name: 'devices', address: '127.0.0.1', port: 2525, tls: 'starttls', connections: 0 }],
    wouldAdmit: () => undefined,
    expiries: () => [],
    certificates: () => [],
    trouble: () => undefined,
    scrape: () => Promise.resolve('# metrics\n'),
    access: opened.access,
    audit: opened.audit,
    testBench: { lastValidation: () => undefined } as Partial<
      AdminContext['testBench']
    > as AdminContext['testBench'],
    ...changes,
  } as Partial<AdminContext> as AdminContext;
  return {
    server: buildAdminServer({
      token,
      context,
      replays: opened.replays,
      consoleDirectory: '/nonexistent',
    }),
    events,
    store,
  };
}

const concrete = (path: string) =>
  path
    .replace('{revision}', '1')
    .replace('{name}', 'out')
    .replaceAll(/\{\w+\}/g, '01KB0000000000000000000000');
const all = Object.entries<Route>(routes);
const behindToken = all.filter(([, route]) => route.role !== 'anyone');

describe('who may ask', () => {
  // Nothing that is asked here is done, so one server serves all of these.
  let server: Awaited<ReturnType<typeof makeServer>>['server'];
  beforeAll(async () => {
    ({ server } = await makeServer());
  });

  test.each(behindToken)('%s without a token, or with another, is answered 401', async (_, route) => {
    for (const headers of [
      { host },
      { host, authorization: 'Bearer wrong' },
      { host, authorization: token },
    ]) {
      const answer = await server.inject({ method: route.method, url: concrete(route.path), headers });
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
  });

  test('a path that does not exist is behind the token too', async () => {
    expect((await server.inject({ url: '/api/v1/nothing', headers: { host } })).statusCode).toBe(401);
    const known = await server.inject({ url: '/api/v1/nothing', headers: { host, authorization } });
    expect(known.statusCode).toBe(404);
  });

  // RFC 9457, and the headers of every answer: no hook sees a path that the router cannot read.
  test.each(['/api/v1/me%', '/%c0%ae%c0%ae/x', `/api/v1/trace/${'x'.repeat(501)}`])(
    'the path %s is refused as any other request that does not fit',
    async (url) => {
      const answer = await server.inject({ url, headers: { host } });
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer.body).not.toContain(url.slice(0, 12));
    },
  );

  // RFC 9110 9.3.2: no content; a live stream would keep its place for as long as the client likes.
  test('HEAD of a live stream ends at once', async () => {
    const answer = await server.inject({
      method: 'HEAD',
      url: '/api/v1/live',
      headers: { host, authorization },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('text/event-stream');
  });

  // V15
  test.each(all)(
    '%s under a foreign Host or Origin is refused, with the token as well',
    async (name, route) => {
      const ask = (headers: Record<string, string>) =>
        server.inject({
          method: route.method,
          url: concrete(route.path),
          headers: { authorization, ...headers },
        });
      if (name !== 'health' && name !== 'ready')
        expect((await ask({ host: 'evil.test' })).statusCode).toBe(421);
      expect((await ask({ host, origin: 'http://evil.test' })).statusCode).toBe(403);
      expect((await ask({ host, origin: 'null' })).statusCode).toBe(403);
    },
  );

  test.each([
    ['127.0.0.1:8365', true],
    ['[::1]:8365', true],
    ['localhost', true],
    ['RELAY.contoso.com:8365', true],
    ['relay.contoso.com.evil.test', false],
    ['127.0.0.1.evil.test', false],
    ['evil.test:8365', false],
    ['localhost@evil.test', false],
    ['', false],
    [undefined, false],
  ])('Host %s: %s', (given, expected) => {
    expect(isOwnHost(given, 'relay.contoso.com')).toBe(expected);
  });

  test('origins and tokens are compared as a whole', () => {
    expect(isOwnOrigin(`http://${host}`, host)).toBe(true);
    expect(isOwnOrigin(`http://${host}.evil.test`, host)).toBe(false);
    expect(bearerOf(`bearer ${token}`)).toBe(token);
    expect(bearerOf(token)).toBeUndefined();
    expect(isSameSecret(token.slice(0, -1), token)).toBe(false);
    expect(isSameSecret(`${token}x`, token)).toBe(false);
    expect(isSameSecret(token, token)).toBe(true);
  });
});

describe('answers', () => {
  test('a request that does not fit its schema is documented wherever there is one', () => {
    const asks = all.filter(([, { params, query, body }]) => params ?? query ?? body);
    const silent = asks.filter(([, { problems = [] }]) => !problems.includes(400));
    expect(silent.map(([name]) => name)).toEqual([]);
    expect(asks.length).toBeGreaterThan(50);
  });

  test('are what the OpenAPI document says', async () => {
    const { server } = await makeServer();
    // Every GET of a whole relay: test/running/admin-api.test.ts. Here those that the parts above are enough for.
    const own = [
      'health',
      'ready',
      'openapi',
      'status',
      'policy',
      'policyRevisions',
      'connectors',
      'messages',
      'events',
    ];
    const asked = all.filter(([name]) => own.includes(name));
    expect(asked.length).toBe(own.length);
    for (const [name, route] of asked) {
      const answer = await server.inject({ url: concrete(route.path), headers: { host, authorization } });
      expect(faultsOf(route, answer.statusCode, answer.json()), name).toEqual([]);
    }
  });

  test('list every route once, and no other', async () => {
    const documented = Object.entries((openApi('0') as { paths: Record<string, object> }).paths).flatMap(
      ([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.toSorted()).toEqual(all.map(([, { method, path }]) => `${method} ${path}`).toSorted());
  });

  test('health needs no token and says no more than it must', async () => {
    const { server } = await makeServer({ trouble: () => 'the disk of /data is full' });
    expect((await server.inject({ url: '/healthz', headers: { host: 'lb' } })).json()).toEqual({
      status: 'ok',
    });
    const ready = await server.inject({ url: '/readyz', headers: { host: 'lb' } });
    expect(ready.statusCode).toBe(503);
    expect(ready.body).not.toContain('disk');
  });

  test('a fault of the program is logged, and answered without detail', async () => {
    const { server, events } = await makeServer({
      scrape: () => Promise.reject(new Error('secret path /data/x')),
    });
    const answer = await server.inject({ url: '/metrics', headers: { host } });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret');
    expect(events.list).toEqual([expect.objectContaining({ kind: 'fault', where: 'admin' })]);
  });

  test.each([
    ['a query that does not fit', 'GET', '/api/v1/messages?limit=0', undefined, 400],
    ['an id that is a path', 'GET', '/api/v1/messages/..%2F..%2Fetc%2Fpasswd', undefined, 400],
    ['a body that is not JSON', 'PUT', '/api/v1/policy', '{', 400],
    ['a body with a prototype', 'PUT', '/api/v1/policy', '{"__proto__":{"text":"x"}}', 400],
    ['a policy that a file keeps', 'PUT', '/api/v1/policy', '{"text":"{}"}', 409],
    ['a message that is not there', 'POST', '/api/v1/messages/01KB0000000000000000000000/hold', '{}', 404],
    ['a connector that is not there', 'POST', '/api/v1/connectors/nothing/suspend', '{}', 404],
  ] as const)('%s is a problem', async (_, method, url, body, status) => {
    const { server } = await makeServer();
    const headers = { host, authorization, 'content-type': 'application/json' };
    const answer = await server.inject({ method, url, headers, ...(body ? { body } : {}) });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ status });
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });
});

test('hashes and secrets are taken out of a policy, references to secrets stay', () => {
  expect(
    redactDocument({
      a: [{ login: { username: 'u', password: '$scrypt$x' } }],
      b: { password: { env: 'NAME' } },
    }),
  ).toEqual({ a: [{ login: { username: 'u', password: '[redacted]' } }], b: { password: { env: 'NAME' } } });
});
