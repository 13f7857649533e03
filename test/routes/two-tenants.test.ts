/** Two tenants behind one relay: every message arrives in the tenant of its sender, by its own certificate and credentials. */
import { expect, test } from 'vitest';
import type { Arrival } from '../../sandbox/ledger.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { TenantConfig } from '../../sandbox/tenant/config.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { makeWorkspace, sampleContent } from '../harness/workspace.ts';
import { sandboxFor } from './sandbox-route.ts';

const outlook = 'https://outlook.office365.com';
const microsoftGraph = 'https://graph.microsoft.com';

/** All values are test values. */
function tenant(domain: string, digit: string): TenantConfig {
  const id = (part: string): string => `0000000${digit}-0365-4000-8000-0000000000${part}`;
  return {
    id: id('01'),
    domains: [{ name: domain }],
    recipients: 'any',
    licences: 10,
    connectors: [{ name: `by-${domain}`, type: 'OnPremises', tlsSenderCertificateName: `*.${domain}` }],
    mailboxes: [
      { address: `relay@${domain}`, password: `test-value-${domain}`, sendAs: [`scanner@${domain}`] },
    ],
    applications: [
      {
        clientId: id('a1'),
        objectId: id('b1'),
        name: 'relay365',
        secrets: [{ id: id('c1'), value: `test-value-secret-${digit}` }],
        roles: { [outlook]: ['SMTP.SendAsApp'], [microsoftGraph]: ['Mail.Send'] },
      },
    ],
  };
}

const contoso = tenant('contoso.com', '1');
const fabrikam = tenant('fabrikam.com', '2');

/** Recipients at mx.example, graph.example and submission.example go by the route of that name. */
function connectorsOf(sandbox: Sandbox, { id, domains, applications }: TenantConfig): object[] {
  const domain = domains[0]?.name ?? '';
  const name = domain.split('.')[0] ?? '';
  const application = applications?.[0];
  const credential = {
    type: 'oauth',
    tenantId: id,
    clientId: application?.clientId,
    secret: application?.secrets?.[0]?.value,
    authority: sandbox.identity.url,
  };
  const mailbox = `relay@${domain}`;
  const { mx, submission, graph } = sandbox;
  const routes = {
    mx: {
      serverName: mx.name,
      route: {
        type: 'exchange-online',
        host: mx.host,
        port: mx.port,
        certificate: `./${name}.pem`,
        key: `./${name}.key`,
      },
    },
    graph: { route: { type: 'graph', mailbox, endpoint: graph.url, credential } },
    submission: {
      serverName: submission.name,
      route: { type: 'smtp-submission', host: submission.host, port: submission.port, mailbox, credential },
    },
  };
  return Object.entries(routes).map(([way, more]) => ({
    name: `${name}-${way}`,
    tenant: name,
    addressSpaces: [{ pattern: `${way}.example` }],
    ca: './ca.pem',
    ...more,
  }));
}

async function relayFor(sandbox: Sandbox): Promise<TestRelay> {
  const names = ['contoso', 'fabrikam'];
  const policy = {
    tenants: names.map((name) => ({ name, domain: `${name}.com`, licences: 10 })),
    sources: [{ name: 'scanner', networks: ['127.0.0.1'], senders: names.map((name) => `*@${name}.com`) }],
    connectors: [contoso, fabrikam].flatMap((one) => connectorsOf(sandbox, one)),
  };
  const workspace = await makeWorkspace({ policy });
  await workspace.write('ca.pem', sandbox.caPem);
  for (const name of names) {
    const pair = await sandbox.issueClientCertificate({
      names: [`relay.${name}.com`],
      purposes: ['client'],
    });
    await workspace.write(`${name}.pem`, pair.chainPem);
    await workspace.write(`${name}.key`, pair.keyPem);
  }
  return startTestRelay({ workspace });
}

async function send(relay: TestRelay, from: string, to: string): Promise<void> {
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO scanner.contoso.com');
  await talk.say(`MAIL FROM:<${from}>`);
  await talk.say(`RCPT TO:<${to}>`);
  await talk.say('DATA');
  talk.write(`${sampleContent('Of two tenants', to).replace(/^From:.*$/m, `From: <${from}>`)}\r\n.\r\n`);
  expect((await talk.reply()).code).toBe(250);
}

async function arrived(sandbox: Sandbox, to: string): Promise<Arrival> {
  return sandbox.waitFor(
    ({ recipients }) => recipients.some(({ address }) => address === to),
    AbortSignal.timeout(60_000),
  );
}

/** As the admin API shows them. */
async function usedQuotas(relay: TestRelay): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${relay.relay.consoleUrl}/api/v1/connectors`, {
    headers: { authorization: `Bearer ${await relay.token()}` },
  });
  expect(response.status).toBe(200);
  const { items } = (await response.json()) as {
    items: { quotas: { quota: string; used: number }[] }[];
  };
  return new Map(items.flatMap(({ quotas }) => quotas.map(({ quota, used }) => [quota, used] as const)));
}

test('each message arrives in the tenant of its sender by each route, with quotas of its own', async () => {
  const sandbox = await sandboxFor({ tenants: [contoso, fabrikam] });
  const relay = await relayFor(sandbox);
  await using _workspace = relay.workspace;
  await using _relay = relay;
  for (const { id, domains } of [contoso, fabrikam]) {
    const domain = domains[0]?.name ?? '';
    for (const way of ['mx', 'graph', 'submission']) {
      const to = `${domain.split('.')[0]}@${way}.example`;
      await send(relay, `scanner@${domain}`, to);
      const arrival = await arrived(sandbox, to);
      // Graph sends in the name of its mailbox, whatever the envelope said.
      const from = way === 'graph' ? `relay@${domain}` : `scanner@${domain}`;
      expect(arrival).toMatchObject({ route: way, tenant: id, from });
      if (way === 'mx') {
        expect(arrival.connector).toBe(`by-${domain}`);
        expect(arrival.client.certificate?.subject).toContain(`relay.${domain}`);
      } else expect(arrival.login ?? `relay@${domain}`).toBe(`relay@${domain}`);
    }
  }
  expect(sandbox.counts()).toMatchObject({ arrived: 6, duplicates: 0 });
  expect(sandbox.refusals()).toEqual([]);
  // 3 recipients outside each tenant, 2 of them by its mailbox: nothing of one is counted for the other.
  const used = await usedQuotas(relay);
  for (const name of ['contoso', 'fabrikam']) {
    expect(used.get(`external recipients in 24 hours of tenant ${name}`)).toBe(3);
    expect(used.get(`recipients in 24 hours of mailbox relay@${name}.com of tenant ${name}`)).toBe(2);
  }
});
