/** The domain's MX records name another host: Microsoft moved the tenant, or the domain moved to Microsoft. */
import { expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { defaultTenant } from '../../sandbox/tenant/defaults.ts';
import { fakeDns } from '../../src/connector/testing/fake-dns.ts';
import type { Dns } from '../../src/platform/dns.ts';
import { quietPort } from '../harness/quiet-port.ts';
import { hour, minute, owns, Scenario, second } from './scenario.ts';

const before = 'contoso-com.mail.protection.outlook.com';
/** As hosts with DNSSEC are named ("How SMTP DNS-based Authentication of Named Entities works", Microsoft Learn). */
const after = 'contoso-com.p-v1.mx.microsoft';

type Document = Record<string, unknown>;

interface Move {
  readonly scenario: Scenario;
  readonly old: Sandbox;
  readonly next: Sandbox;
  /** From now on the records name the new host. */
  readonly move: () => void;
}

/** Two hosts, and the MX of `domain`, which names the first of them. */
async function twoHosts(domain: string, connector: (port: number) => Document): Promise<Move> {
  let exchange = before;
  const now = (): Dns =>
    fakeDns({
      [domain]: { mx: [[0, exchange]] },
      [before]: { addresses: ['127.0.0.1'] },
      [after]: { addresses: ['127.0.0.2'] },
    });
  let next: Sandbox | undefined;
  const scenario = await Scenario.start({
    dns: {
      addresses: (...question) => now().addresses(...question),
      lookup: (...question) => now().lookup(...question),
      mx: (...question) => now().mx(...question),
      txt: (name) => now().txt(name),
      cname: (name) => now().cname(name),
      ptr: (address) => now().ptr(address),
    },
    // Directory-Based Edge Blocking at the old host; the new one takes anybody.
    sandbox: {
      port: await quietPort(),
      host: before,
      tenants: [{ ...defaultTenant([]), recipients: 'known' }],
    },
    connectors: (sandbox) => [{ name: 'out', ca: './ca.pem', ...connector(sandbox.mx.port) }],
    async files(old) {
      next = await startSandbox({ address: '127.0.0.2', port: old.mx.port, host: after });
      owns(() => next?.stop() ?? Promise.resolve());
      return { 'ca.pem': old.caPem + next.caPem };
    },
  });
  if (!next) throw new Error('no second host');
  scenario.alsoAt.push(next);
  return { scenario, old: scenario.sandbox, next, move: () => void (exchange = after) };
}

const refused = (sandbox: Sandbox): readonly string[] => sandbox.refusals().map(({ reply }) => reply);

const exchangeOnline = (port: number): Document => ({ route: { type: 'exchange-online', port } });

test.each([
  ['exchange-online without host', 'contoso.com', exchangeOnline],
  ['mx', 'fabrikam.com', (port: number): Document => ({ route: { type: 'mx', port } })],
])(
  '%s: mail follows the records, and what the old host left is delivered by the new one',
  async (_, domain, connector) => {
    const { scenario, old, next, move } = await twoHosts(domain, connector);
    await scenario.send(['at the old host']);
    await scenario.pass(minute, 10 * second);
    expect(old.messages()).toHaveLength(1);

    await old.stop();
    await scenario.pass(20 * minute, minute, (passed) => scenario.send([`before DNS says so ${passed}`]));
    expect(scenario.settled.size).toBe(1);

    move();
    await scenario.pass(10 * minute, minute, (passed) => scenario.send([`after it ${passed}`]));
    await scenario.untilSettled(hour, minute);
    scenario.expectAllDelivered();
    expect(next.messages()).toHaveLength(30);
  },
);

test('a refusal by a host that is no longer the MX bounces nothing: the mail goes to the new host', async () => {
  const { scenario, old, next, move } = await twoHosts('contoso.com', exchangeOnline);
  await scenario.send(['opens a connection']);
  await scenario.pass(10 * second, second);
  move();
  // Over the connection to the old host, which knows nobody of this name there.
  await scenario.send(['to who has moved'], { to: 'moved@contoso.com' });
  await scenario.pass(10 * second, second);
  expect(refused(old)).toContainEqual(expect.stringMatching(/^550 5\.4\.1 .*Access denied/));
  expect(await scenario.reasonOf('to who has moved')).toContain(
    `no longer the MX of the tenant, which is ${after}`,
  );
  await scenario.untilSettled(hour, 20 * second);
  scenario.expectAllDelivered();
  expect(next.messages()).toHaveLength(1);
});

test('a refusal by the host that DNS names is final', async () => {
  const { scenario, old } = await twoHosts('contoso.com', exchangeOnline);
  await scenario.send(['to nobody'], { to: 'nobody@contoso.com' });
  await scenario.pass(minute, 10 * second);
  expect(refused(old)).toContainEqual(expect.stringMatching(/^550 5\.4\.1 /));
  expect([...scenario.settled.values()]).toContain('failed');
  expect(scenario.events('notice')).toMatchObject([{ action: 'failed', to: 'relay@contoso.com' }]);
});
