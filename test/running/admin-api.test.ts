import { expect, test } from 'vitest';
import type { Route } from '../../contract/routes.ts';
import { routes } from '../../contract/routes.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { faultsOf } from '../harness/openapi.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

/** `cookie`: of a session, instead of the token of the data directory. */
async function ask(relay: TestRelay, route: Route, path: string, body?: object, cookie?: string) {
  const response = await fetch(`${relay.relay.consoleUrl}${path}`, {
    method: route.method,
    headers: {
      'idempotency-key': crypto.randomUUID(),
      ...(cookie === undefined ? { authorization: `Bearer ${await relay.token()}` } : { cookie }),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    json: route.response ? (JSON.parse(text) as Record<string, never>) : {},
  };
}

/**
 * What this relay has nothing of, and the problem that says so: an identity provider (with one: src/admin/access/oidc.test.ts),
 * and findings, which want days of traffic (src/review).
 */
const without = new Map([
  ['oidcStart', 409],
  ['oidcCallback', 409],
  ['reviewFinding', 404],
]);
/** Of the account that asks, which the token of the data directory is not. */
const ofAccounts = new Set(['me', 'passkeys']);

/** Makes an account and signs it in; resolves to its cookie. */
async function signedIn(relay: TestRelay): Promise<string> {
  // Test values.
  const account = { username: 'anna', password: 'a long password of a test' };
  const made = await ask(relay, routes.addUser, '/api/v1/users', {
    name: account.username,
    password: account.password,
    role: 'administrator',
  });
  expect({ status: made.status, text: made.text }).toEqual({ status: 201, text: made.text });
  const origin = relay.relay.consoleUrl ?? '';
  const response = await fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(account),
  });
  expect(response.status).toBe(200);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

test('every GET of a relay with relayed, waiting and refused mail answers as its document says', async () => {
  await using nextHop = await startNextHop({
    refuse: (to) =>
      to.startsWith('later')
        ? { code: 451, text: '4.7.0 later' }
        : to.startsWith('no')
          ? { code: 550, text: '5.1.1 no' }
          : undefined,
  });
  const policy = loopbackPolicy(nextHop.port, { connector: { retry: { initial: '1h', maximum: '1h' } } });
  await using relay = await startTestRelay({ policy });
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const to = ['yes@fabrikam.example', 'later@fabrikam.example', 'no@fabrikam.example'];
  const page = sampleContent('three ends').replace('Date:', 'Content-Type: text/html\r\nDate:');
  await talk.send({ from: 'scanner@contoso.com', to, content: page });
  await talk.send({ from: 'stranger@fabrikam.example', to, content: sampleContent('refused') });
  const { id } = await relay.event('accepted');
  await relay.event('attempted');
  const { ref } = await relay.event('refused');
  // A transcript is kept when its session has ended.
  await talk.say('QUIT');
  await relay.event('session-ended');
  const cookie = await signedIn(relay);
  const validated = await ask(relay, routes.validateConnector, '/api/v1/connectors/next-hop/validate', {
    to: 'yes@fabrikam.example',
    from: 'scanner@contoso.com',
  });
  expect(validated.json).toMatchObject({ delivered: true });
  const places = new Map([
    ['{id}', id],
    ['{ref}', id],
    ['{revision}', '1'],
    ['{key}', 'scanner'],
    ['{month}', new Date().toISOString().slice(0, 7)],
  ]);
  const faults: unknown[] = [];
  for (const [name, route] of Object.entries<Route>(routes)) {
    if (route.method !== 'GET') continue;
    // What goes on for ever has tests of its own.
    if ('stream' in route && route.stream) continue;
    const named = new Map([
      ...places,
      ['{name}', route.path.includes('/connectors/') ? 'next-hop' : name === 'user' ? 'anna' : 'scanner'],
    ]);
    const query = name === 'policyDiff' ? '?from=0' : '';
    const path = route.path.replaceAll(/\{\w+\}/g, (place) => named.get(place) ?? '') + query;
    const own = ofAccounts.has(name) ? cookie : undefined;
    const place = name === 'event' ? `/api/v1/events/${ref}` : path;
    const { status, text, json } = await ask(relay, route, place, undefined, own);
    const refusal = without.get(name);
    if (refusal !== undefined) {
      const found = faultsOf(route, status, JSON.parse(text));
      expect({ name, status, found }).toEqual({ name, status: refusal, found: [] });
      continue;
    }
    const found = route.response ? faultsOf(route, status, json) : [];
    if (status !== 200 || found.length > 0) faults.push({ name, status, found });
  }
  expect(faults).toEqual([]);
  expect((await ask(relay, routes.metrics, '/metrics')).text).toMatch(
    /^relay365_messages_accepted_total\{source="scanner"\} 1$/m,
  );
  const message = await ask(relay, routes.message, `/api/v1/messages/${id}`);
  expect(message.json['recipients']).toMatchObject([
    { state: 'relayed', connector: 'next-hop' },
    { state: 'pending', reply: expect.stringContaining('451') },
    { state: 'failed', reply: expect.stringContaining('550') },
  ]);
});

test('a policy without a file is changed through the API, kept over a restart, and a faulty one is refused', async () => {
  await using workspace = await makeWorkspace({ policy: '', node: { policy: undefined } });
  const relay = await startTestRelay({ workspace });
  const put = (policy: object) =>
    ask(relay, routes.putPolicy, '/api/v1/policy', { text: JSON.stringify(policy) });
  expect(relay.relay.policy.current.revision).toBe(0);
  await using before = await SmtpTalk.open(relay.port);
  await before.say('EHLO client.example');
  const mail = { from: 'scanner@contoso.com', to: ['x@fabrikam.example'], content: sampleContent('x') };
  expect((await before.send(mail)).code).toBe(550);

  const refused = await put({ sources: [{ name: 'scanner', networks: ['300.0.0.1'] }] });
  expect(refused.status).toBe(422);
  expect(faultsOf(routes.putPolicy, 422, refused.json)).toEqual([]);
  expect(relay.relay.policy.current.revision).toBe(0);

  expect((await put(loopbackPolicy(1))).json).toMatchObject({ revision: 1, managed: 'store' });
  await using after = await SmtpTalk.open(relay.port);
  await after.say('EHLO client.example');
  expect((await after.send(mail)).code).toBe(250);
  expect((await put(loopbackPolicy(2))).json).toMatchObject({ revision: 2 });
  const revision = await ask(relay, routes.policyRevision, '/api/v1/policy/revisions/2');
  expect(revision.json).toMatchObject({
    author: 'local',
    diff: [expect.stringMatching(/^-/), expect.stringMatching(/^\+/)],
  });
  await relay[Symbol.asyncDispose]();

  await using again = await startTestRelay({ workspace });
  expect(again.relay.policy.current.revision).toBe(2);
  expect(again.relay.policy.current.sources.has('scanner')).toBe(true);
});
