/** High Volume Email, Azure Communication Services and managed identity against the stand-in's own endpoints. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { defaults, defaultTenant } from '../../sandbox/tenant/defaults.ts';
import { ManualClock } from '../../sandbox/testing/manual-clock.ts';
import type { Connector } from '../../src/connector/connector.ts';
import type { ConnectorSecrets } from '../../src/connector/create.ts';
import { attempt, content, failureOf, oauth, route, sandboxFor } from './sandbox-route.ts';

type Place = Sandbox['hve'] | Sandbox['acs'] | Sandbox['submission'];

function submission(
  sandbox: Sandbox,
  { host, port, name }: Place,
  change: Record<string, unknown>,
  credential: ConnectorSecrets['credential'],
): Connector {
  return route(
    sandbox,
    { route: { type: 'smtp-submission', host, port, ...change }, serverName: name },
    credential ? { credential } : {},
  );
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, at) => `r${at}@contoso.com`);

describe('High Volume Email', () => {
  const account = defaults.hveAccount;
  const own = { from: account, content: Buffer.from(content.toString().replace('relay@', 'hve@')) };
  const byPassword = (sandbox: Sandbox): Connector =>
    submission(
      sandbox,
      sandbox.hve,
      {
        service: 'high-volume-email',
        credential: { type: 'password', username: account, password: 'read elsewhere' },
      },
      { password: defaults.hvePassword },
    );
  const byToken = (sandbox: Sandbox): Connector =>
    submission(
      sandbox,
      sandbox.hve,
      { service: 'high-volume-email', mailbox: account, credential: oauth(sandbox) },
      { secret: sandbox.identity.secret },
    );

  test.each([
    ['password', byPassword],
    ['token', byToken],
  ])('by %s: 50 internal recipients in one message', async (_, connectorFor) => {
    const sandbox = await sandboxFor();
    const outcomes = await attempt(connectorFor(sandbox), { ...own, to: numbered(50) });
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(50).fill('relayed'));
    expect(sandbox.messages().map((message) => message.route)).toEqual(['hve']);
  });

  test('external recipients are refused before anything is sent, the others go', async () => {
    const sandbox = await sandboxFor();
    const outcomes = await attempt(byToken(sandbox), { ...own, to: ['ann@fabrikam.com', 'bob@contoso.com'] });
    expect(outcomes).toMatchObject([
      { kind: 'failed', failure: { code: 'external-recipient', otherRoute: true } },
      { kind: 'relayed' },
    ]);
    expect(sandbox.refusals()).toEqual([]);
  });

  test('more than 10 MB is said before a connection is made', async () => {
    const sandbox = await sandboxFor();
    const options = { ...own, to: ['bob@contoso.com'], facts: { bytes: 10_000_001 } };
    expect(await failureOf(byToken(sandbox), options)).toMatchObject({
      code: 'message-too-large',
      scope: 'message',
      permanence: 'permanent',
    });
    expect(sandbox.hve.connections()).toBe(0);
  });

  test('a token near its end is fetched anew once, and then its meaning is said', async () => {
    const sandbox = await sandboxFor();
    sandbox.switches.set({ tokenSeconds: 30 });
    const failure = await failureOf(byToken(sandbox), { ...own, to: ['bob@contoso.com'] });
    expect(failure).toMatchObject({ code: 'hve-token-expiring', permanence: 'transient', stage: 'login' });
    expect(sandbox.refusals().map(({ why }) => why)).toEqual(Array(2).fill('token: nearly expired'));
  });

  test('an application that the account does not know holds mail, with the command that adds it', async () => {
    const tenant = defaultTenant([]);
    const hveAccounts = [{ address: account, password: defaults.hvePassword }];
    const sandbox = await sandboxFor({ tenants: [{ ...tenant, hveAccounts }] });
    const failure = await failureOf(byToken(sandbox), { ...own, to: ['bob@contoso.com'] });
    expect(failure).toMatchObject({ scope: 'connector', permanence: 'transient' });
    expect(failure.text).toContain('Add-HVEAppAccess');
    // A new token would change nothing, and refused logins are counted.
    expect(sandbox.refusals()).toHaveLength(1);
  });
});

describe('Azure Communication Services', () => {
  const acs = (sandbox: Sandbox, password = sandbox.acs.password): Connector =>
    submission(
      sandbox,
      sandbox.acs,
      {
        service: 'azure-communication-services',
        credential: { type: 'password', username: sandbox.acs.username, password: 'read elsewhere' },
      },
      { password },
    );

  test('takes the user name RESOURCE.APPLICATION.TENANT and the secret of the application', async () => {
    const sandbox = await sandboxFor();
    expect(sandbox.acs.username.split('.')).toHaveLength(3);
    expect(await attempt(acs(sandbox))).toMatchObject([{ kind: 'relayed' }]);
    expect(sandbox.messages()[0]).toMatchObject({ route: 'acs', login: sandbox.acs.username });
  });

  test('a wrong secret holds mail and is never shown', async () => {
    const sandbox = await sandboxFor();
    const failure = await failureOf(acs(sandbox, 'wrong-test-value'));
    expect(failure).toMatchObject({ scope: 'connector', permanence: 'transient', reply: { code: 535 } });
    expect(JSON.stringify(failure)).not.toContain('wrong-test-value');
  });

  test('a sender of another domain concerns this sender only', async () => {
    const sandbox = await sandboxFor();
    const foreign = Buffer.from(content.toString().replace('@contoso.com', '@adatum.com'));
    const failure = await failureOf(acs(sandbox), { from: 'relay@adatum.com', content: foreign });
    expect(failure).toMatchObject({ scope: 'message', permanence: 'transient' });
  });

  test('more than 10 MB is said before a connection is made', async () => {
    const sandbox = await sandboxFor();
    const failure = await failureOf(acs(sandbox), { facts: { bytes: 10_000_001 } });
    expect(failure).toMatchObject({ code: 'message-too-large', permanence: 'permanent' });
    expect(sandbox.acs.connections()).toBe(0);
  });

  test('the 31st message of a minute is refused for now, and nothing is lost', async () => {
    // All of them in one minute, however long they take.
    const sandbox = await sandboxFor({ clock: new ManualClock(Date.now()) });
    const connector = acs(sandbox);
    for (let sent = 0; sent < 30; sent += 1) await attempt(connector);
    expect(await failureOf(connector)).toMatchObject({ permanence: 'transient' });
    expect(sandbox.messages()).toHaveLength(30);
  });
});

describe('managed identity', () => {
  const names = ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER'] as const;
  afterEach(() => {
    for (const name of names) delete process.env[name];
  });

  const managed = (sandbox: Sandbox, managedIdentity: unknown, clientId?: string): Connector => {
    const { mailbox } = sandbox.submission;
    const credential = { type: 'oauth', managedIdentity, ...(clientId !== undefined && { clientId }) };
    return submission(sandbox, sandbox.submission, { mailbox, credential }, undefined);
  };
  const graph = (sandbox: Sandbox, managedIdentity: unknown): Connector =>
    route(sandbox, {
      // A proxy would be asked for another machine's identity; port 1 refuses.
      proxy: 'http://127.0.0.1:1',
      route: {
        type: 'graph',
        mailbox: sandbox.submission.mailbox,
        endpoint: sandbox.graph.url,
        credential: { type: 'oauth', managedIdentity },
      },
    });

  test('of a virtual machine (Instance Metadata Service)', async () => {
    const sandbox = await sandboxFor();
    const endpoint = new URL(sandbox.identity.imdsUrl).origin;
    expect(await attempt(managed(sandbox, { endpoint }))).toMatchObject([{ kind: 'relayed' }]);
    expect(await attempt(managed(sandbox, { endpoint }, sandbox.identity.clientId))).toMatchObject([
      { kind: 'relayed' },
    ]);
  });

  test('of App Service', async () => {
    const sandbox = await sandboxFor();
    process.env['IDENTITY_ENDPOINT'] = sandbox.identity.appServiceUrl;
    process.env['IDENTITY_HEADER'] = sandbox.identity.appServiceHeader;
    expect(await attempt(managed(sandbox, true))).toMatchObject([{ kind: 'relayed' }]);
  });

  test('an identity that the machine does not have holds mail', async () => {
    const sandbox = await sandboxFor();
    const endpoint = new URL(sandbox.identity.imdsUrl).origin;
    const failure = await failureOf(managed(sandbox, { endpoint }, 'another'));
    expect(failure).toMatchObject({ scope: 'connector', permanence: 'transient', stage: 'login' });
    expect(failure.text).toContain('Identity not found');
  });

  test('the metadata service is not asked through the proxy, Graph is', async () => {
    const sandbox = await sandboxFor();
    const endpoint = new URL(sandbox.identity.imdsUrl).origin;
    const failure = await failureOf(graph(sandbox, { endpoint }));
    // The token was had; what cannot be reached is the proxy to Graph.
    expect(failure).toMatchObject({ stage: 'connect', code: 'connect-failed' });
  });
});
