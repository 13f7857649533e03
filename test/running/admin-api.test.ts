import { expect, test } from 'vitest';
import type { Route } from '../../contract/routes.ts';
import { routes } from '../../contract/routes.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { faultsOf } from '../harness/openapi.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

async function ask(relay: TestRelay, route: Route, path: string, body?: object) {
  const response = await fetch(`${relay.relay.consoleUrl}${path}`, {
    method: route.method,
    headers: {
      authorization: `Bearer ${await relay.token()}`,
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
  const places = new Map([
    ['{id}', id],
    ['{ref}', id],
    ['{revision}', '1'],
  ]);
  for (const [name, route] of Object.entries<Route>(routes)) {
    if (route.method !== 'GET') continue;
    // What goes on for ever has tests of its own.
    if ('stream' in route && route.stream) continue;
    const named = new Map([
      ...places,
      ['{name}', route.path.includes('/connectors/') ? 'next-hop' : 'scanner'],
    ]);
    const query = name === 'policyDiff' ? '?from=0' : '';
    const path = route.path.replaceAll(/\{\w+\}/g, (place) => named.get(place) ?? '') + query;
    const answer = await ask(relay, route, name === 'event' ? `/api/v1/events/${ref}` : path);
    expect({ name, status: answer.status }).toEqual({ name, status: 200 });
    if (route.response) expect(faultsOf(route, 200, answer.json), name).toEqual([]);
  }
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
