/** Generated from the contract, against a running relay: for each operation and each role, allowed or refused as documented. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../contract/roles.ts';
import { mayActAs, roles } from '../../contract/roles.ts';
import type { Route, RouteName } from '../../contract/routes.ts';
import { routes } from '../../contract/routes.ts';
import { startNextHop } from '../harness/next-hop.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, sampleContent } from '../harness/workspace.ts';
import type { Ask } from './client.ts';
import { asker, tokenOf } from './client.ts';

const all = Object.entries(routes) as [RouteName, Route][];
/** Bodies where an empty one would do something that takes long or leaves this machine. */
const bodies: Partial<Record<RouteName, object>> = { runDoctor: { checks: ['no-such-check'] } };

const stack = new AsyncDisposableStack();
let relay: TestRelay;
let id: string;
const asks = new Map<Role, Ask>();

beforeAll(async () => {
  const nextHop = stack.use(await startNextHop({ refuse: () => ({ code: 451, text: '4.7.0 not now' }) }));
  const policy = loopbackPolicy(nextHop.port, { connector: { retry: { initial: '1h', maximum: '1h' } } });
  relay = stack.use(await startTestRelay({ policy }));
  for (const role of roles) asks.set(role, asker(relay, await tokenOf(relay, role)));
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const content = sampleContent('Payslip of March');
  await talk.send({ from: 'scanner@contoso.com', to: ['later@fabrikam.example'], content });
  ({ id } = await relay.event('attempted'));
});
afterAll(async () => stack.disposeAsync());

const as = (role: Role): Ask => {
  const ask = asks.get(role);
  if (!ask) throw new Error(`nobody is ${role}`);
  return ask;
};

describe.each(roles)('%s', (role) => {
  test.each(all.filter(([, route]) => route.role !== 'anyone'))('%s', async (name, route) => {
    const isChange = route.method !== 'GET';
    const { status } = await as(role)(name, {
      ...(isChange ? { body: bodies[name] ?? {} } : {}),
      ...(route.versioned && isChange ? { headers: { 'if-match': '"of-no-version"' } } : {}),
    });
    const isAllowed = route.role === 'signed-in' || mayActAs(role, route.role as Role);
    // 4xx of what is not there, or of an empty body, is past the door.
    if (isAllowed) expect([401, 403]).not.toContain(status);
    else expect(status).toBe(403);
    expect(status).toBeLessThan(500);
  });
});

describe('viewer', () => {
  test('changes nothing: what is no GET is above it, or concerns its own sign-in alone', () => {
    const changing = all.filter(
      ([, route]) => route.method !== 'GET' && route.role === 'viewer' && route.readsOnly !== true,
    );
    expect(changing.map(([name]) => name)).toEqual([]);
    const own = all.filter(([, route]) => route.method !== 'GET' && route.role === 'signed-in');
    expect(own.filter(([, { path }]) => !/^\/api\/v1\/(?:me|sessions?)(?:\/|$)/.test(path))).toEqual([]);
  });
});

describe('help desk', () => {
  test('finds the message and reads its story and its headers, and never its content', async () => {
    const ask = as('help-desk');
    const found = await ask('messages', { query: { text: 'Payslip' } });
    expect(found.body).toMatchObject({ items: [{ id, subject: 'Payslip of March' }] });
    const texts = await Promise.all([
      ask('message', { params: { id } }),
      ask('trace', { params: { ref: id } }),
      ask('messageHeaders', { params: { id } }),
      ask('exportMessages', { query: { format: 'ndjson' } }),
      ask('transcript', { params: { key: 'scanner' } }),
    ]);
    expect(JSON.stringify(texts.map(({ body }) => body as unknown))).not.toContain('One line.');
    for (const name of ['messageContent', 'messageHtml'] as const)
      expect((await ask(name, { params: { id } })).status).toBe(403);
    expect((await as('operator')('messageContent', { params: { id } })).status).toBe(403);
    const seen = await as('administrator')('messageContent', { params: { id } });
    expect(seen.body).toMatchObject({ text: expect.stringContaining('One line.') as string });
    // Looking at a body is on record.
    const { body } = await as('administrator')('audit', { query: { action: 'messageContent' } });
    expect(body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ by: 'token:test-administrator', object: id, result: 'ok' }),
      ]) as object[],
    });
  });

  test('touches no message', async () => {
    const ask = as('help-desk');
    for (const name of ['hold', 'retry', 'remove', 'resend', 'cancelRecipient', 'reroute'] as const)
      expect((await ask(name, { params: { id }, body: {} })).status).toBe(403);
    const body = { action: 'delete', filter: {}, dryRun: true };
    expect((await ask('bulk', { body })).status).toBe(403);
  });
});

describe('operator', () => {
  test('holds and releases a message, suspends and resumes a connector, and edits no policy', async () => {
    const ask = as('operator');
    expect((await ask('hold', { params: { id }, body: {} })).status).toBe(200);
    expect((await ask('release', { params: { id } })).status).toBe(200);
    const connector = { params: { name: 'next-hop' } };
    const suspended = await ask('suspend', { ...connector, body: { reason: 'a test' } });
    expect(suspended.body).toMatchObject({
      suspended: { reason: expect.stringContaining('a test') as string },
    });
    expect((await ask('resume', connector)).status).toBe(200);
    for (const name of ['removeConnector', 'putConnector'] as const)
      expect((await ask(name, { ...connector, body: {}, headers: { 'if-match': '*' } })).status).toBe(403);
    expect((await ask('putPolicy', { body: { text: '{}' } })).status).toBe(403);
    expect((await ask('addToken', { body: { name: 'own', role: 'administrator' } })).status).toBe(403);
  });
});
