/** The tenant's MX host against the stand-in: by address, by certificate. */
import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Connector } from '../../src/connector/connector.ts';
import { createConnector } from '../../src/connector/create.ts';
import type { ConnectorSecrets } from '../../src/connector/create.ts';
import { fakeDns } from '../../src/connector/testing/fake-dns.ts';
import { testEnvironment } from '../../src/connector/testing/delivery.ts';
import { attempt, configOf, failureOf, route, sandboxFor } from './sandbox-route.ts';

function exchange(
  sandbox: Sandbox,
  change: Record<string, unknown> = {},
  secrets: Partial<ConnectorSecrets> = {},
): Connector {
  const { host, port, name } = sandbox.mx;
  const document = { route: { type: 'exchange-online', host, port, ...change }, serverName: name };
  return route(sandbox, document, secrets);
}

async function byCertificate(sandbox: Sandbox): Promise<Connector> {
  const { chainPem: certificate, keyPem: key } = await sandbox.issueClientCertificate({
    names: ['relay.contoso.com'],
    purposes: ['client'],
  });
  return exchange(sandbox, { certificate: 'chain.pem', key: 'key.pem' }, { certificate, key });
}

describe('by public address', () => {
  test('relays', async () => {
    const sandbox = await sandboxFor();
    expect(await attempt(exchange(sandbox))).toMatchObject([{ kind: 'relayed' }]);
    expect(sandbox.messages()[0]).toMatchObject({ connector: 'loopback', route: 'mx' });
  });

  test('the null sender is held, and explained, without a connection', async () => {
    const sandbox = await sandboxFor();
    expect(await failureOf(exchange(sandbox), { from: null })).toMatchObject({
      code: 'null-sender-needs-certificate',
      scope: 'message',
      permanence: 'transient',
      otherRoute: true,
    });
    expect(sandbox.mx.connections()).toBe(0);
  });

  test('the null sender reaches the tenant itself, whose mail nobody has to relay', async () => {
    const sandbox = await sandboxFor();
    const connector = exchange(sandbox);
    expect(await attempt(connector, { from: null, to: ['anna@contoso.com'] })).toMatchObject([
      { kind: 'relayed' },
    ]);
    expect(sandbox.messages()[0]?.from).toBe('');
  });

  test('an unknown tenant connector stops the route and bounces nothing', async () => {
    const sandbox = await sandboxFor();
    sandbox.switches.set({ disabledConnectors: ['loopback', 'certificate'] });
    const failure = await failureOf(exchange(sandbox));
    expect(failure).toMatchObject({ scope: 'connector', permanence: 'transient', aboutTheWay: true });
    expect(failure.reply?.enhanced).toBe('5.7.64');
  });

  test('only IPv4 is asked of DNS', async () => {
    const sandbox = await sandboxFor();
    const dns = fakeDns({ 'mx.example': { addresses: ['::1'] } });
    const config = configOf({
      route: { type: 'exchange-online', host: 'mx.example', port: sandbox.mx.port },
    });
    await using connector = createConnector(config, { ...testEnvironment({ dns }), secrets: {} });
    expect(await failureOf(connector)).toMatchObject({ code: 'host-not-found', stage: 'resolve' });
  });
});

describe('by client certificate', () => {
  test('relays, the null sender too', async () => {
    const sandbox = await sandboxFor();
    const connector = await byCertificate(sandbox);
    expect(await attempt(connector)).toMatchObject([{ kind: 'relayed' }]);
    expect(await attempt(connector, { from: null })).toMatchObject([{ kind: 'relayed' }]);
    expect(sandbox.messages().map((arrival) => arrival.connector)).toEqual(['certificate', 'certificate']);
  });
});

describe('the host of the tenant', () => {
  const inDns = (exchangeHost: string): Connector => {
    const dns = fakeDns({
      'contoso.com': { mx: [[0, exchangeHost]] },
      [exchangeHost]: { addresses: ['192.0.2.1'] },
    });
    const config = configOf({
      route: { type: 'exchange-online', port: 1 },
      timeouts: { connect: '50ms' },
    });
    return createConnector(config, { ...testEnvironment({ dns }), isOwnAddress: () => false, secrets: {} });
  };

  test('comes from its MX records', async () => {
    await using connector = inDns('contoso-com.k-v1.mx.microsoft');
    expect((await failureOf(connector)).text).toContain('contoso-com.k-v1.mx.microsoft:1');
  });

  test('is not another filter that the MX records name', async () => {
    await using connector = inDns('mx.filter.example');
    const failure = await failureOf(connector);
    expect(failure).toMatchObject({ code: 'tenant-host-unknown', permanence: 'transient' });
    expect(failure.text).toContain('route.host');
  });
});
