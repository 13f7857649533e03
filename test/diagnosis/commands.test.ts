/** The commands of diagnosis, beside a running relay and without one; and validation against the stand-in. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { defaultTenant } from '../../sandbox/tenant/defaults.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { ConversationView, DoctorRun, ValidationView } from '../../contract/schemas.ts';
import { asking } from '../harness/admin-ask.ts';
import { runCommand } from '../harness/child.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import type { Workspace } from '../harness/workspace.ts';
import { makeWorkspace } from '../harness/workspace.ts';
import type { NameServer } from './dns-server.ts';
import { startNameServer } from './dns-server.ts';

let sandbox: Sandbox;
let names: NameServer;
let workspace: Workspace;
let relay: TestRelay;

beforeEach(async () => {
  const tenant = defaultTenant([]);
  const applications = (tenant.applications ?? []).map((one) => ({
    ...one,
    // One mailbox more than it needs.
    fullAccess: [...(tenant.mailboxes ?? []).slice(0, 1).map(({ address }) => address), 'third@contoso.com'],
  }));
  sandbox = await startSandbox({
    tenants: [
      { ...tenant, applications, mailboxes: [...(tenant.mailboxes ?? []), { address: 'third@contoso.com' }] },
    ],
  });
  names = await startNameServer({ 'contoso.com': { txt: ['v=spf1 -all', 'v=spf1 ~all'] } });
  const { tenantId, clientId, secret, url } = sandbox.identity;
  const credential = { type: 'oauth', tenantId, clientId, secret, authority: url };
  workspace = await makeWorkspace({
    listener: { tls: 'starttls' },
    policy: {
      tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
      sources: [{ name: 'printer', networks: ['10.1.4.20'], senders: ['scan@contoso.com'] }],
      connectors: [
        {
          name: 'submission',
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
          route: {
            type: 'graph',
            mailbox: sandbox.submission.mailbox,
            credential,
            endpoint: sandbox.graph.url,
          },
          ca: './ca.pem',
        },
        {
          name: 'mx',
          addressSpaces: [{ pattern: 'mx.example' }],
          route: { type: 'exchange-online', host: '127.0.0.1', port: sandbox.mx.port },
          serverName: sandbox.mx.name,
          ca: './ca.pem',
        },
      ],
    },
  });
  await workspace.write('ca.pem', sandbox.caPem);
  relay = await startTestRelay({ workspace, overrides: { dns: names.dns } });
});

afterEach(async () => {
  await relay[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
  await names[Symbol.asyncDispose]();
  await sandbox.stop();
});

const cli = (...args: string[]) => runCommand([...args, '--config', workspace.configFile]);

test('test conversation prints each step, and --json the whole', async () => {
  const good = await cli(
    'test',
    'conversation',
    '--as',
    '10.1.4.20',
    '--sender',
    'scan@contoso.com',
    '--recipient',
    'b@example.net',
  );
  expect(good).toMatchObject({ code: 0 });
  expect(good.stdout).toContain('> RCPT TO:<b@example.net>');
  const bad = await cli(
    'test',
    'conversation',
    '--as',
    '10.9.9.9',
    '--sender',
    'scan@contoso.com',
    '--recipient',
    'b@example.net',
    '--json',
  );
  expect(bad.code).toBe(1);
  expect((JSON.parse(bad.stdout) as ConversationView).failedAt).toBe('rcpt');
});

test('the doctor of a running relay finds the two SPF records, and keeps what it found', async () => {
  const said = await cli('doctor', '--check', 'spf', 'open-relay', '--json');
  const run = JSON.parse(said.stdout) as DoctorRun;
  expect(said.code).toBe(1);
  expect(run.findings[0]).toMatchObject({ id: 'spf:contoso.com', state: 'fail' });
  expect(run.findings[0]?.evidence).toContain('2 SPF records');
  expect(run.findings.find(({ check }) => check === 'open-relay')).toMatchObject({ state: 'ok' });
  const ask = asking(relay);
  const before = await ask('doctor');
  expect(before.last?.findings.map(({ id }) => id)).toContain('spf:contoso.com');
  names.zones = { 'contoso.com': { txt: ['v=spf1 -all'] } };
  await ask('runDoctor', { body: { checks: ['spf'] } });
  const { history, last } = await ask('doctor');
  expect(history[0]?.changes).toEqual([{ id: 'spf:contoso.com', from: 'fail', to: 'ok' }]);
  expect(last?.findings.map(({ check }) => check)).toContain('open-relay');
});

test.each([
  ['submission', 'second@contoso.com', 'proven', 'ok'],
  ['submission', 'third@contoso.com', 'violated', 'fail'],
  ['graph', 'second@contoso.com', 'proven', 'ok'],
  ['graph', 'third@contoso.com', 'violated', 'fail'],
])('%s as %s: a test message arrives, and the rights are %s', async (name, canary, rights, outcome) => {
  const ask = asking(relay);
  const view = await ask('validateConnector', { params: { name }, body: { to: 'ann@contoso.com', canary } });
  expect(view.delivered, view.summary).toBe(true);
  expect(view, view.summary).toMatchObject({ leastPrivilege: rights, outcome });
  expect(await ask('connectorValidation', { params: { name } })).toEqual(view);
  expect(sandbox.messages().length).toBeGreaterThan(0);
  const { connector } = await ask('connector', { params: { name } });
  expect(connector.lastValidated).toEqual({ at: view.at, outcome, summary: view.summary });
});

test('a connector that is known by its address acts for no mailbox, and nothing is sent as the canary', async () => {
  const said = await cli(
    'connector',
    'validate',
    'mx',
    '--to',
    'ann@contoso.com',
    '--canary',
    'second@contoso.com',
    '--json',
  );
  expect(said).toMatchObject({ code: 0, stderr: '' });
  const view = JSON.parse(said.stdout) as ValidationView;
  expect(view).toMatchObject({ outcome: 'ok', delivered: true, leastPrivilege: 'not-applicable' });
  expect(view.summary).toContain('`senders` of the sources');
  expect(sandbox.messages().map(({ from }) => from)).toEqual(['postmaster@contoso.com']);
  // List and details tell of it, and of those that nobody validated.
  const { stdout: list } = await cli('connector', 'list');
  expect(list).toMatch(/^mx .* ok \d{4}-\d\d-\d\d /m);
  expect(list).toMatch(/^graph .* never/m);
  expect((await cli('connector', 'show', 'mx')).stdout).toContain(
    ': ok; The test message to ann@contoso.com',
  );
  expect((await cli('connector', 'show', 'graph')).stdout).toContain('never validated');
});

test('the doctor asked for some checks tells of these alone', async () => {
  await cli('doctor', '--check', 'spf');
  const said = await cli('doctor', '--check', 'disk', 'open-relay', '--json');
  const run = JSON.parse(said.stdout) as DoctorRun;
  expect(said.code).toBe(0);
  expect(new Set(run.findings.map(({ check }) => check))).toEqual(new Set(['disk', 'open-relay']));
  expect(run).toMatchObject({ state: 'ok', counts: { ok: 2, fail: 0 } });
  const last = await cli('doctor', '--last', '--check', 'spf', '--json');
  expect(last.code).toBe(1);
  expect((JSON.parse(last.stdout) as DoctorRun).findings.map(({ id }) => id)).toEqual(['spf:contoso.com']);
  expect(await cli('doctor', '--last', '--check', 'nonsense')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no such check: nonsense') as string,
  });
});

test('a connector that does not work is told at its stage', async () => {
  sandbox.switches.set({ expiredSecrets: [sandbox.identity.secretId] });
  const said = await cli('connector', 'validate', 'submission', '--to', 'ann@contoso.com');
  expect(said.code).toBe(1);
  expect(said.stdout).toContain('AADSTS7000222');
});

test('the last validation is known after a restart', async () => {
  const view = await asking(relay)('validateConnector', {
    params: { name: 'submission' },
    body: { to: 'ann@contoso.com', canary: 'second@contoso.com' },
  });
  await relay[Symbol.asyncDispose]();
  relay = await startTestRelay({ workspace, overrides: { dns: names.dns } });
  const ask = asking(relay);
  expect(await ask('connectorValidation', { params: { name: 'submission' } })).toEqual(view);
  const { connector } = await ask('connector', { params: { name: 'submission' } });
  expect(connector.lastValidated).toMatchObject({ at: view.at, outcome: 'ok' });
});
