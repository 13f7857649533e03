import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { asking } from '../harness/admin-ask.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { makeWorkspace } from '../harness/workspace.ts';
import { converse, ended } from './sse.ts';

// Hash of the test value `test-password`, as `relay365 source password` makes it.
const { hashPassword } = await import('../../src/policy/password.ts');

let sandbox: Sandbox;
let relay: TestRelay;

beforeEach(async () => {
  sandbox = await startSandbox({ ports: {} });
  const { tenantId, clientId, secret, url } = sandbox.identity;
  const credential = { type: 'oauth', tenantId, clientId, secret, authority: url };
  const workspace = await makeWorkspace({
    listener: { tls: 'starttls' },
    policy: {
      tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
      sources: [
        { name: 'printer', networks: ['10.1.4.20'], senders: ['scan@contoso.com'], recipients: ['*'] },
        {
          name: 'erp',
          login: { username: 'erp', password: await hashPassword('test-password') },
          senders: ['erp@contoso.com'],
        },
      ],
      connectors: [
        {
          name: 'mx',
          route: { type: 'exchange-online', host: '127.0.0.1', port: sandbox.mx.port },
          serverName: sandbox.mx.name,
          ca: './ca.pem',
        },
        {
          name: 'submission',
          addressSpaces: [{ pattern: 'submission.example' }],
          route: {
            type: 'smtp-submission',
            service: 'exchange-online',
            host: '127.0.0.1',
            port: sandbox.submission.port,
            mailbox: sandbox.submission.mailbox,
            credential,
          },
          serverName: sandbox.submission.name,
          ca: './ca.pem',
        },
        {
          name: 'graph',
          addressSpaces: [{ pattern: 'graph.example' }],
          route: { type: 'graph', mailbox: 'relay@contoso.com', credential, endpoint: sandbox.graph.url },
          ca: './ca.pem',
        },
      ],
    },
  });
  await workspace.write('ca.pem', sandbox.caPem);
  relay = await startTestRelay({ workspace });
});

afterEach(async () => {
  await relay[Symbol.asyncDispose]();
  await relay.workspace[Symbol.asyncDispose]();
  await sandbox.stop();
});

test('a source is met by the listener as its device is, and nothing is sent', async () => {
  const heard = await converse(relay, {
    target: { kind: 'listener', address: '10.1.4.20' },
    sender: 'scan@contoso.com',
    recipient: 'ann@fabrikam.com',
  });
  const view = ended(heard);
  expect(view.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
    'greeting ok',
    'ehlo ok',
    'starttls ok',
    'tls ok',
    'certificate ok',
    'ehlo-tls ok',
    'mail ok',
    'rcpt ok',
    'rset ok',
    'quit ok',
  ]);
  expect(view.steps[3]?.tls?.version).toBe('TLSv1.3');
  expect(heard.events[0]).toMatchObject({ kind: 'begin' });
  expect(view.text).toContain('> MAIL FROM:<scan@contoso.com>');
  const { items } = await asking(relay)('conversations');
  expect(items.map(({ id }) => id)).toEqual([view.id]);
  expect(relay.events.list.filter(({ kind }) => kind === 'recognised' || kind === 'accepted')).toEqual([]);
});

test('a stranger hears the refusal, and the operator hears why', async () => {
  const view = ended(
    await converse(relay, {
      target: { kind: 'listener', address: '10.1.4.21', tls: false },
      sender: 'scan@contoso.com',
      recipient: 'ann@fabrikam.com',
    }),
  );
  expect(view).toMatchObject({ outcome: 'fail', failedAt: 'rcpt' });
  const step = view.steps.at(-1);
  expect(step?.received[0]).toMatch(/^550 5\.7\.1 /);
  expect(step?.explained).toContain('10.1.4.21');
  expect(step?.explained).not.toBe(step?.received[0]);
});

test('a login with its password is checked, and the password is written down nowhere', async () => {
  const ask = (login: object) =>
    converse(relay, {
      target: { kind: 'listener', address: '192.0.2.50', login },
      sender: 'erp@contoso.com',
      recipient: 'ann@fabrikam.com',
    });
  const good = ended(await ask({ username: 'erp', password: 'test-password' }));
  expect(good).toMatchObject({ outcome: 'ok' });
  expect(JSON.stringify(good)).not.toContain(Buffer.from('\0erp\0test-password').toString('base64'));
  expect(good.steps.find(({ step }) => step === 'auth')?.sent[0]).toMatch(
    /^AUTH PLAIN \[masked, \d+ characters\]$/,
  );
  const bad = ended(await ask({ username: 'erp', password: 'wrong' }));
  expect(bad).toMatchObject({ outcome: 'fail', failedAt: 'auth' });
  const pretended = ended(await ask({ username: 'erp' }));
  expect(pretended).toMatchObject({ outcome: 'ok' });
});

test('what proves nothing sends nothing', async () => {
  const heard = await converse(relay, {
    target: { kind: 'listener', address: '192.0.2.50', login: { username: 'erp' } },
    sender: 'erp@contoso.com',
    recipient: 'ann@fabrikam.com',
    send: true,
  });
  expect(heard).toMatchObject({ status: 400, problem: { title: 'That cannot be sent' } });
});

test('a test message of a source goes through the relay to the next hop', async () => {
  const view = ended(
    await converse(relay, {
      target: { kind: 'listener', address: '10.1.4.20' },
      sender: 'scan@contoso.com',
      recipient: 'ann@contoso.com',
      send: true,
    }),
  );
  expect(view.steps.find(({ step }) => step === 'content')).toMatchObject({ outcome: 'ok' });
  const relayed = await relay.event('settled');
  expect(relayed).toMatchObject({ connector: 'mx', result: 'relayed' });
  expect(sandbox.messages()).toHaveLength(1);
});

test('the next hop of a connector is met with its TLS, and attribution shows without sending', async () => {
  const view = ended(
    await converse(relay, {
      target: { kind: 'connector', name: 'mx' },
      sender: 'scan@contoso.com',
      recipient: 'ann@fabrikam.com',
    }),
  );
  expect(view.steps.map(({ step }) => step)).toContain('certificate');
  expect(view.steps.find(({ step }) => step === 'certificate')).toMatchObject({ outcome: 'ok' });
  expect(view.steps.map(({ step }) => step)).not.toContain('content');
  expect(sandbox.messages()).toHaveLength(0);
});

test('a connector with a token shows what the token says, and never the token', async () => {
  const view = ended(await converse(relay, { target: { kind: 'connector', name: 'submission' } }));
  expect(view).toMatchObject({ outcome: 'ok' });
  const token = view.steps.find(({ step }) => step === 'token');
  expect(token?.received.join('\n')).toMatch(/roles .*SMTP\.SendAsApp/);
  expect(view.steps.find(({ step }) => step === 'auth')?.sent[0]).toMatch(/^AUTH XOAUTH2 \[masked/);
  expect(view.text).not.toMatch(/eyJ/);
});

test('a secret that ended is told by its error, and what mends it', async () => {
  sandbox.switches.set({ expiredSecrets: [sandbox.identity.secretId] });
  const view = ended(await converse(relay, { target: { kind: 'connector', name: 'graph' } }));
  expect(view).toMatchObject({ outcome: 'fail', failedAt: 'token' });
  expect(view.summary).toMatch(/secret/i);
  expect(view.summary).toContain('AADSTS7000222');
});

test('link-local addresses are never asked, and inside ones only for administrators', async () => {
  const never = ended(await converse(relay, { target: { kind: 'host', host: '169.254.169.254', port: 80 } }));
  expect(never.steps.at(-1)).toMatchObject({ step: 'connect', outcome: 'fail', code: 'egress-refused' });
  const ask = asking(relay);
  const host = { kind: 'host', host: '127.0.0.1', port: sandbox.mx.port };
  const made = await ask('addToken', { body: { name: 'op', role: 'operator' } });
  const inside = ended(await converse(relay, { target: host }, made.token));
  expect(inside.steps.at(-1)).toMatchObject({ step: 'connect', code: 'egress-refused' });
  const administrator = ended(await converse(relay, { target: host }));
  expect(administrator.steps.find(({ step }) => step === 'greeting')).toMatchObject({ outcome: 'ok' });
});
