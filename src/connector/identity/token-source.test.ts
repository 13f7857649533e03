/** Cache, renewal and single flight, against a token endpoint on loopback; time is the test's. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { FakeClock } from '../../platform/fake-clock.ts';
import type { OAuthCredential } from './credential.ts';
import { assertUsable, credentialKey } from './credential.ts';
import { identityQuestion } from './managed-identity.ts';
import { TokenSource, tokenUnlessStopped } from './token-source.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

async function endpoint(answer: Answer) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    response.sendDate = false;
    asked.push(request.url ?? '');
    request.resume().on('end', () => answer(request, response, asked.length));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function tokenAnswer(seconds: number): Answer {
  return (_, response, count) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ token_type: 'Bearer', expires_in: seconds, access_token: `token-${count}` }),
    );
  };
}

const testSecret = 'test-value-of-a-secret';

function sourceFor(authority: string, more: Partial<OAuthCredential> = {}) {
  const clock = new FakeClock('2026-11-23T08:00:00Z');
  const dispatcher = new Agent();
  const current = {
    authority,
    tenantId: 'contoso.com',
    clientId: 'app',
    scope: 'https://graph.microsoft.com/.default',
    proof: { kind: 'secret', secret: testSecret } as OAuthCredential['proof'],
    ...more,
  };
  const state = { credential: current };
  const source = new TokenSource({
    clock,
    dispatcher,
    credential: () => state.credential,
    need: { audiences: [], permission: 'Mail.Send', subject: 'application', isGrantedInExchange: true },
    timeoutMs: 10_000,
    environment: {},
  });
  stops.push(async () => {
    source.close();
    await dispatcher.destroy();
  });
  return { source, clock, state };
}

async function valueOf(source: TokenSource): Promise<string> {
  const result = await source.get();
  return result.kind === 'token' ? result.token.value : result.failure.code;
}

test('one request serves all who ask at the same time, and who asks later', async () => {
  const { url, asked } = await endpoint(tokenAnswer(3600));
  const { source } = sourceFor(url);
  const values = await Promise.all(Array.from({ length: 20 }, () => valueOf(source)));
  expect(new Set(values)).toEqual(new Set(['token-1']));
  expect(await valueOf(source)).toBe('token-1');
  expect(asked).toEqual(['/contoso.com/oauth2/v2.0/token']);
});

test('a token is renewed when less than 10 minutes remain, and used meanwhile', async () => {
  const { url, asked } = await endpoint(tokenAnswer(3600));
  const { source, clock } = sourceFor(url);
  await valueOf(source);
  await clock.advance(49 * 60_000);
  expect(await valueOf(source)).toBe('token-1');
  expect(asked).toHaveLength(1);
  await clock.advance(60_000);
  expect(await valueOf(source)).toBe('token-1');
  await expect.poll(() => valueOf(source)).toBe('token-2');
  expect(asked).toHaveLength(2);
});

test('a token that has ended is not used', async () => {
  const { url } = await endpoint(tokenAnswer(3600));
  const { source, clock } = sourceFor(url);
  await valueOf(source);
  await clock.advance(3600_000);
  expect(await valueOf(source)).toBe('token-2');
});

test('a changed secret counts at the next question', async () => {
  const { url, asked } = await endpoint(tokenAnswer(3600));
  const { source, state } = sourceFor(url);
  await valueOf(source);
  state.credential = { ...state.credential, proof: { kind: 'secret', secret: 'next-test-value' } };
  expect(await valueOf(source)).toBe('token-2');
  expect(asked).toHaveLength(2);
});

test('a refused token is replaced once for all who met the refusal', async () => {
  const { url, asked } = await endpoint(tokenAnswer(3600));
  const { source } = sourceFor(url);
  const first = await source.get();
  if (first.kind !== 'token') throw new Error('no token');
  const results = await Promise.all([source.renew(first.token), source.renew(first.token)]);
  await source.renew(first.token);
  expect(results.map((result) => result.kind === 'token' && result.token.value)).toEqual([
    'token-2',
    'token-2',
  ]);
  expect(asked).toHaveLength(2);
});

test('a refusal answers for five seconds, so that a full queue does not storm the endpoint', async () => {
  const { url, asked } = await endpoint((_, response) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: 'invalid_client', error_description: 'AADSTS7000222: expired' }));
  });
  const { source, clock } = sourceFor(url);
  expect(await valueOf(source)).toBe('aad-secret-expired');
  expect(await valueOf(source)).toBe('aad-secret-expired');
  expect(asked).toHaveLength(1);
  await clock.advance(5_000);
  await valueOf(source);
  expect(asked).toHaveLength(2);
});

test('a renewal that fails does not cost the token that is still good', async () => {
  const { url } = await endpoint((request, response, count) =>
    count === 1 ? tokenAnswer(3600)(request, response, count) : response.writeHead(503).end('<html>'),
  );
  const { source, clock } = sourceFor(url);
  await valueOf(source);
  await clock.advance(55 * 60_000);
  expect(await valueOf(source)).toBe('token-1');
  await source.renew({ value: 'another', fetchedAt: clock.now(), expiresAt: clock.now() });
  expect(await valueOf(source)).toBe('token-1');
});

test('an endpoint that never answers is given up', async () => {
  const { url, asked } = await endpoint(() => undefined);
  const { source, clock } = sourceFor(url);
  const waiting = valueOf(source);
  await expect.poll(() => asked.length).toBe(1);
  await clock.advance(10_000);
  expect(await waiting).toBe('token-endpoint-unreachable');
});

test('an attempt that is called off does not wait for its token', async () => {
  const { url, asked } = await endpoint(() => undefined);
  const { source } = sourceFor(url);
  const stop = new AbortController();
  const waiting = tokenUnlessStopped(source.get(), stop.signal);
  await expect.poll(() => asked.length).toBe(1);
  stop.abort();
  expect(await waiting).toEqual({ kind: 'not-tried' });
  expect(await tokenUnlessStopped(source.get(), stop.signal)).toEqual({ kind: 'not-tried' });
});

test.each([
  ['a redirect', 302, '', 'token-answer-unexpected'],
  ['a page of a proxy', 200, '<html>Sign in</html>', 'token-answer-unexpected'],
  ['too much', 200, 'x'.repeat(2_000_000), 'token-answer-unexpected'],
])('%s is no token', async (_, status, body, code) => {
  const { url } = await endpoint((_request, response) =>
    response.writeHead(status, { location: '/x' }).end(body),
  );
  expect(await valueOf(sourceFor(url).source)).toBe(code);
});

test('no failure shows the secret, whatever comes back', async () => {
  const { url } = await endpoint((_, response) => response.destroy());
  const result = await sourceFor(url).source.get();
  expect(result).toMatchObject({ kind: 'failed', failure: { permanence: 'transient', scope: 'connector' } });
  expect(JSON.stringify(result)).not.toContain(testSecret);
});

test('the machine has its identity from the metadata service', async () => {
  const headers: unknown[] = [];
  const { url, asked } = await endpoint((request, response) => {
    headers.push(request.headers['metadata']);
    response.end(JSON.stringify({ access_token: 'of-the-machine', expires_in: '86399' }));
  });
  const { source, clock } = sourceFor('', { proof: { kind: 'managed-identity', endpoint: url } });
  expect(await valueOf(source)).toBe('of-the-machine');
  await clock.advance(80_000_000);
  expect(await valueOf(source)).toBe('of-the-machine');
  expect(headers).toEqual(['true']);
  expect(asked).toEqual([
    '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fgraph.microsoft.com&client_id=app',
  ]);
});

test('App Service has an endpoint and a header of its own', () => {
  const credential = { authority: '', scope: 'https://graph.microsoft.com/.default' };
  const environment = { IDENTITY_ENDPOINT: 'http://127.0.0.1:41/msi/token', IDENTITY_HEADER: 'test-value' };
  const question = identityQuestion(
    { ...credential, proof: { kind: 'managed-identity' } },
    { kind: 'managed-identity' },
    environment,
  );
  expect(question.url.href).toBe(
    'http://127.0.0.1:41/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fgraph.microsoft.com',
  );
  expect(question.headers).toEqual({ 'X-IDENTITY-HEADER': 'test-value' });
});

const usable: OAuthCredential = {
  authority: 'https://login.example',
  tenantId: 'contoso.com',
  clientId: 'app',
  scope: 'scope',
  proof: { kind: 'secret', secret: testSecret },
};

test.each<readonly [string, Partial<OAuthCredential>]>([
  ['http beyond this machine', { authority: 'http://login.example' }],
  ['what is no URL', { authority: 'login.example' }],
  ['an empty secret', { proof: { kind: 'secret', secret: '' } }],
  ['no certificate', { proof: { kind: 'certificate', certificate: 'x', key: 'y' } }],
])('%s cannot be used', (_, change) => {
  expect(() => assertUsable(usable)).not.toThrow();
  expect(() => assertUsable({ ...usable, ...change })).toThrow(TypeError);
});

test('credentials that differ in anything have different keys', () => {
  const others: OAuthCredential[] = [
    { ...usable, scope: 'other' },
    { ...usable, clientId: 'other' },
    { ...usable, tenantId: 'other' },
    { ...usable, proof: { kind: 'secret', secret: 'other' } },
    { ...usable, proof: { kind: 'managed-identity' } },
  ];
  expect(new Set([usable, ...others].map(credentialKey)).size).toBe(6);
  expect(credentialKey(usable)).not.toContain(testSecret);
});
