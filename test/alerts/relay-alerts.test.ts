/** Rules about the relay itself and about who sends: each fires by its real cause, tells once, and clears. */
import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';
import { startHook, startWorld } from './alert-world.ts';

const minute = 60_000;
const hour = 60 * minute;

test('a source that must send every two hours is missed when it does not', async () => {
  await using hop = await startNextHop();
  const rules = { 'source-silent': { sources: { scanner: '2h' } } };
  await using world = await startWorld({ policy: loopbackPolicy(hop.port), alerts: { rules } });
  await world.send();
  await hop.arrived(1);
  await world.pass(hour);
  expect(world.told('source-silent')).toEqual([]);
  await world.until(() => world.told('source-silent').length > 0, 4 * hour);
  const heard = world.hook.heard.find(({ body }) => body.rule === 'source-silent');
  expect(heard?.body).toMatchObject({ subject: 'scanner', source: 'scanner', severity: 'warning' });
  await world.send();
  await world.until(() => world.told('source-silent').length > 1, 5 * minute);
  expect(world.told('source-silent')).toEqual(['opened', 'closed']);
});

test('unauthorised attempts far above the usual', async () => {
  await using hop = await startNextHop();
  const policy = loopbackPolicy(hop.port, { source: { networks: ['192.0.2.1'] } });
  await using world = await startWorld({
    policy,
    alerts: { rules: { 'unauthorised-attempts': { attempts: 20 } } },
  });
  for (let session = 0; session < 5; session += 1) {
    await using talk = await SmtpTalk.open(world.relay.port);
    await talk.say('EHLO client.example');
    for (let n = 0; n < 5; n += 1) {
      await talk.say('MAIL FROM:<a@contoso.com>');
      await talk.say('RCPT TO:<b@fabrikam.example>');
      await talk.say('RSET');
    }
  }
  await world.until(() => world.told('unauthorised-attempts').length > 0, 5 * minute);
  await world.until(() => world.told('unauthorised-attempts').length > 1, 2 * hour);
  expect(world.told('unauthorised-attempts')).toEqual(['opened', 'closed']);
});

test('a permission and a certificate that end: at once critical ones, told once, over when renewed', async () => {
  await using hop = await startNextHop();
  const policy = (expires: string) => loopbackPolicy(hop.port, { source: { expires } });
  await using world = await startWorld({ policy: policy('2026-11-24') });
  await world.until(() => world.told('permission-expiring').length > 0, 5 * minute);
  const heard = world.hook.heard.find(({ body }) => body.rule === 'permission-expiring');
  expect(heard?.body).toMatchObject({ severity: 'critical', source: 'scanner' });
  await world.relay.workspace.write('policy.yaml', stringify(policy('2027-11-24')));
  await world.relay.relay.reloadPolicy();
  await world.until(() => world.told('permission-expiring').length > 1, 5 * minute);
  expect(world.told('permission-expiring')).toEqual(['opened', 'closed']);
  // The certificate that the relay made for itself lasts ten years.
  expect(world.told('expiring')).toEqual([]);
});

test('a client secret whose end is written down', async () => {
  await using hop = await startNextHop();
  const login = { username: 'relay', password: 'test value', secretExpires: '2026-12-20' };
  const policy = loopbackPolicy(hop.port, {
    connector: { route: { type: 'smart-host', hosts: [`127.0.0.1:${hop.port}`], login } },
  });
  await using world = await startWorld({ policy, alerts: { rules: { expiring: { within: '40d' } } } });
  await world.until(() => world.told('expiring').length > 0, 5 * minute);
  const heard = world.hook.heard.find(({ body }) => body.rule === 'expiring');
  expect(heard?.body.text).toContain('the password of the connector next-hop');
});

test('the certificate of a device whose end is written down, until a new end is', async () => {
  await using hop = await startNextHop();
  const fingerprint = `sha256:${'ab'.repeat(32)}`;
  const policy = (expires: string) =>
    loopbackPolicy(hop.port, { source: { certificate: { fingerprint, expires } } });
  await using world = await startWorld({
    policy: policy('2026-12-20'),
    alerts: { rules: { expiring: { within: '40d' } } },
  });
  await world.until(() => world.told('expiring').length > 0, 5 * minute);
  const heard = world.hook.heard.find(({ body }) => body.rule === 'expiring');
  expect(heard?.body.text).toContain('the client certificate of the source scanner');
  await world.relay.workspace.write('policy.yaml', stringify(policy('2028-12-20')));
  await world.relay.relay.reloadPolicy();
  await world.until(() => world.told('expiring').length > 1, 5 * minute);
  expect(world.told('expiring')).toEqual(['opened', 'closed']);
});

test('a policy that was changed and has faults', async () => {
  await using hop = await startNextHop();
  const policy = loopbackPolicy(hop.port);
  await using world = await startWorld({ policy });
  await world.relay.workspace.write('policy.yaml', 'sources: [{ name: broken ]');
  await world.relay.relay.reloadPolicy();
  await world.until(() => world.told('policy-refused').length > 0, 5 * minute);
  await world.relay.workspace.write('policy.yaml', stringify(policy));
  await world.relay.relay.reloadPolicy();
  await world.until(() => world.told('policy-refused').length > 1, 5 * minute);
  expect(world.told('policy-refused')).toEqual(['opened', 'closed']);
});

test('a disk with too little room is told, and health and readiness agree', async () => {
  await using hop = await startNextHop();
  await using world = await startWorld({
    policy: loopbackPolicy(hop.port),
    node: { minimumFree: '900000 GiB' },
  });
  await world.until(() => world.told('disk-low').length > 0, 5 * minute);
  await world.until(() => world.told('store-unhealthy').length > 0, 5 * minute);
  const health = await world.ask('healthChecks');
  expect(health).toMatchObject({ state: 'fail', ready: false, notReadyBecause: ['intake'] });
  expect(health.checks.find(({ id }) => id === 'disk')).toMatchObject({ state: 'fail' });
  expect((await world.ask.raw('ready')).status).toBe(503);
  expect((await world.ask('status')).accepting).toBe(false);
});

/** Has one of few connections: that of the last look at the listener may still be counted. */
async function letIn(port: number): Promise<SmtpTalk> {
  for (;;) {
    const talk = await SmtpTalk.open(port);
    if (talk.greeting?.code === 220) return talk;
    await talk[Symbol.asyncDispose]();
  }
}

test('a listener that does not greet any more', async () => {
  await using hop = await startNextHop();
  await using world = await startWorld({
    policy: loopbackPolicy(hop.port),
    listener: { limits: { connections: 1 } },
  });
  await world.pass(2 * minute);
  expect((await world.ask('healthChecks')).checks.find(({ id }) => id === 'listener:devices')).toMatchObject({
    state: 'ok',
  });
  // One client holds the only connection: the next is answered 421, which is a warning and no failure.
  await using _ = await letIn(world.relay.port);
  await world.pass(2 * minute);
  expect((await world.ask('healthChecks')).checks.find(({ id }) => id === 'listener:devices')).toMatchObject({
    state: 'warn',
    evidence: 'answered 421 instead of a greeting',
  });
});

test('mutes, acknowledgements and open alerts outlast a restart, and nobody is told twice', async () => {
  await using hop = await startNextHop();
  await using hook = await startHook();
  await using workspace = await makeWorkspace({
    policy: loopbackPolicy(hop.port, { source: { expires: '2026-11-30' } }),
    node: { alerts: { channels: [{ name: 'hook', type: 'webhook', url: hook.url, reach: 'loopback' }] } },
  });
  const told = () => hook.heard.filter(({ body }) => body.rule === 'permission-expiring').length;
  let id = '';
  {
    await using world = await startWorld({ workspace, hook });
    await world.ask('muteAlertRule', {
      params: { id: 'queue-age' },
      body: { until: '2026-11-24T08:00:00Z', reason: 'maintenance' },
    });
    await world.until(() => told() > 0, 5 * minute);
    const { items } = await world.ask('alerts');
    id = items[0]?.id ?? '';
    await world.ask('acknowledgeAlert', { params: { id }, body: { note: 'owner was asked' } });
  }
  await using world = await startWorld({ workspace, hook });
  await world.pass(2 * minute);
  expect(told()).toBe(1);
  const { items } = await world.ask('alerts');
  expect(items).toMatchObject([
    { id, acknowledged: { note: 'owner was asked' }, rule: 'permission-expiring' },
  ]);
  const rules = (await world.ask('alertRules')).items;
  expect(rules.find((rule) => rule.id === 'queue-age')?.muted).toMatchObject({ reason: 'maintenance' });
  const health = await world.ask('healthChecks');
  expect(health.checks.every(({ history }) => history.length > 0)).toBe(true);
});

test('the address of a webhook is judged: loopback needs the word, and metadata services are never asked', async () => {
  await using hop = await startNextHop();
  await using hook = await startHook();
  const url = hook.url.replace('http:', 'https:');
  const file = '/secret-of-the-hook';
  // Where it leads is known only when it is read.
  vi.stubEnv('RELAY365_TEST_HOOK', url);
  onTestFinished(() => void vi.unstubAllEnvs());
  await using relay = await startTestRelay({
    policy: loopbackPolicy(hop.port),
    node: {
      alerts: {
        channels: [
          { name: 'plain', type: 'webhook', url: { env: 'RELAY365_TEST_HOOK' }, reach: 'private' },
          { name: 'good', type: 'webhook', url: `${hook.url}${file}`, reach: 'loopback', format: 'slack' },
        ],
      },
    },
  });
  const { asking } = await import('../harness/admin-ask.ts');
  const ask = asking(relay);
  const plain = await ask('testAlertChannel', { params: { name: 'plain' } });
  expect(plain.ok).toBe(false);
  expect(plain.detail).toContain('reach: loopback');
  expect(hook.heard).toEqual([]);
  expect(await ask('testAlertChannel', { params: { name: 'good' } })).toMatchObject({
    ok: true,
    detail: 'HTTP 200',
  });
  expect(hook.heard[0]?.body.blocks).toHaveLength(4);
  // The path of a webhook is its secret: it is in no answer and in no log.
  expect(JSON.stringify(await ask('alertChannels'))).not.toContain(file);
  expect(relay.log.join('')).not.toContain(file);
  expect(await readFile(relay.workspace.configFile, 'utf8')).toContain(file);
});
