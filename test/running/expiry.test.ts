/** What ends soon is told at the start and when the policy changes, and `status` shows what ends next. */
import { stringify } from 'yaml';
import { expect, test } from 'vitest';
import { selfSigned } from '../../src/platform/certificates.ts';
import { runCommand } from '../harness/child.ts';
import { startTestRelay } from '../harness/relay.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';

test('a certificate and a client secret that end within a month', async () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
  await using workspace = await makeWorkspace({
    node: { tls: { certificate: './tls.crt', key: './tls.key' } },
    policy: loopbackPolicy(1),
  });
  const pair = await selfSigned('relay.test.example', { now: new Date(), days: 20 });
  await workspace.write('tls.crt', pair.certificate);
  await workspace.write('tls.key', pair.key);
  await using relay = await startTestRelay({ workspace });
  expect(await relay.event('expiring')).toMatchObject({
    what: expect.stringContaining('the certificate of the listeners'),
  });
  expect(relay.log.join('')).toMatch(/"level":"warn".*"event":"expiring".*, in (?:19|20) days/);

  const day = inDays(3).toISOString().slice(0, 10);
  const credential = {
    type: 'oauth',
    tenantId: 'contoso.com',
    clientId: '11111111-2222-3333-4444-555555555555',
    secret: 'test value',
    secretExpires: day,
  };
  const connector = {
    route: { type: 'graph', mailbox: 'scanner@contoso.com', credential },
    tls: 'required',
  };
  await workspace.write('policy.yaml', stringify(loopbackPolicy(1, { connector })));
  await relay.event('expiring', ({ what }) => what === 'the client secret of the connector next-hop');
  expect(relay.events.counts()['expiring']).toBe(2);

  const { stdout } = await runCommand(['status', '--config', workspace.configFile]);
  expect(stdout).toMatch(/^ends .*: the client secret of the connector next-hop, 3 days left$/m);
  expect(stdout.indexOf('client secret')).toBeLessThan(stdout.indexOf('certificate of the listeners'));
});
