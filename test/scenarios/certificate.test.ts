/** The client certificate of a connector ends, and is replaced on disk an hour later; nobody tells the relay of it. */
import { expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { defaultTenant } from '../../sandbox/tenant/defaults.ts';
import { mxConnector } from './routes.ts';
import { hour, minute, Scenario, second } from './scenario.ts';

const tenant = defaultTenant([]);
/** By certificate alone: an address that is admitted as well would hide the fault. */
const connectors = (tenant.connectors ?? []).filter(({ name }) => name === 'certificate');

async function issue(sandbox: Sandbox, notAfter?: number): Promise<Record<string, string>> {
  const { chainPem, keyPem } = await sandbox.issueClientCertificate({
    names: ['relay.contoso.com'],
    purposes: ['client'],
    ...(notAfter !== undefined && { notAfter }),
  });
  return { 'chain.pem': chainPem, 'key.pem': keyPem };
}

test('mail is held with the reason, and delivered with the new certificate', async () => {
  const scenario = await Scenario.start({
    sandbox: { tenants: [{ ...tenant, connectors }] },
    connectors: (sandbox) => [mxConnector(sandbox, { certificate: './chain.pem', key: './key.pem' })],
    files: (sandbox) => issue(sandbox, Date.now() + hour),
  });
  const { sandbox, relay } = scenario;
  await scenario.pass(2 * hour, 5 * minute, (passed) => scenario.send([`minute ${passed / minute}`]));
  expect(scenario.arrivals('minute 50')).toHaveLength(1);
  expect(scenario.arrivals('minute 115')).toEqual([]);
  const reason = await scenario.reasonOf('minute 115');
  expect(reason).toMatch(/client certificate .* expired on/);
  expect(reason).toContain('5.7.64');
  const expired = scenario.events('expiring').filter(({ days }) => days <= 1);
  expect(JSON.stringify(expired)).toContain('exchange-online');
  expect(scenario.events('connector-trouble')).toMatchObject([
    { text: expect.stringContaining('expired on') },
  ]);

  const renewed = await issue(sandbox);
  await scenario.takesUp('exchange-online', async () => {
    for (const [name, text] of Object.entries(renewed)) await relay.workspace.write(name, text);
  });
  await scenario.untilSettled(hour, 20 * second);
  scenario.expectAllDelivered();
  expect(scenario.events('connector-trouble-over')).toHaveLength(1);
});
