/** Microsoft moves the tenant to another MX host: DNS names it, and the old one is gone or refuses. */
import { expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { fakeDns } from '../../src/connector/testing/fake-dns.ts';
import type { Dns } from '../../src/platform/dns.ts';
import { quietPort } from '../harness/quiet-port.ts';
import { mxConnector } from './routes.ts';
import { hour, minute, owns, Scenario, second } from './scenario.ts';

const host = 'contoso-com.mail.protection.outlook.com';

function changingDns(): Dns & { address: string } {
  const now = (): Dns => fakeDns({ [host]: { addresses: [dns.address] } });
  const dns = {
    address: '127.0.0.1',
    addresses: (...question: Parameters<Dns['addresses']>) => now().addresses(...question),
    lookup: (...question: Parameters<Dns['lookup']>) => now().lookup(...question),
    mx: (...question: Parameters<Dns['mx']>) => now().mx(...question),
    txt: (name: string) => now().txt(name),
    cname: (name: string) => now().cname(name),
    ptr: (address: string) => now().ptr(address),
  };
  return dns;
}

test.each([
  ['is gone', (old: Sandbox) => old.stop()],
  [
    'denies to relay',
    async (old: Sandbox) => old.switches.set({ disabledConnectors: ['loopback', 'certificate'] }),
  ],
])('the old host %s: mail is delivered by the new one', async (_, replace) => {
  const dns = changingDns();
  let next: Sandbox | undefined;
  const scenario = await Scenario.start({
    dns,
    // The old host goes, and nobody else takes its port.
    sandbox: { port: await quietPort() },
    connectors: (sandbox) => [mxConnector(sandbox, { host })],
    async files(old) {
      next = await startSandbox({ address: '127.0.0.2', port: old.mx.port, host });
      owns(() => next?.stop() ?? Promise.resolve());
      return { 'ca.pem': old.caPem + next.caPem };
    },
  });
  if (!next) throw new Error('no second host');
  scenario.alsoAt.push(next);
  await scenario.send(['at the old host']);
  await scenario.pass(minute, 10 * second);
  expect(scenario.sandbox.messages()).toHaveLength(1);

  await replace(scenario.sandbox);
  await scenario.pass(20 * minute, minute, (passed) => scenario.send([`before DNS says so ${passed}`]));
  expect(scenario.settled.size).toBe(1);

  dns.address = '127.0.0.2';
  await scenario.pass(10 * minute, minute, (passed) => scenario.send([`after it ${passed}`]));
  await scenario.untilSettled(hour, minute);
  scenario.expectAllDelivered();
  expect(next.messages()).toHaveLength(30);
});
