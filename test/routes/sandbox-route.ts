/** A route of the relay against the stand-in: what the tests of all routes begin with. */
import { afterEach } from 'vitest';
import type { ConnectorConfig } from '../../src/config/policy-schema.ts';
import { policySchema } from '../../src/config/policy-schema.ts';
import type { Connector } from '../../src/connector/connector.ts';
import type { ConnectorEnvironment, ConnectorSecrets } from '../../src/connector/create.ts';
import { createConnector } from '../../src/connector/create.ts';
import type { DeliveryOptions } from '../../src/connector/testing/delivery.ts';
import { testDelivery, testEnvironment } from '../../src/connector/testing/delivery.ts';
import type { Failure, RecipientOutcome } from '../../src/message/outcome.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

export async function sandboxFor(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  stops.push(() => sandbox.stop());
  return sandbox;
}

/** The document as an administrator writes it; `secrets` as read from it, the stand-in's CA among them. */
export function route(
  sandbox: Sandbox,
  document: Record<string, unknown>,
  secrets: Partial<ConnectorSecrets> = {},
  environment: Partial<ConnectorEnvironment> = {},
): Connector {
  const connector = createConnector(configOf(document), {
    ...testEnvironment(environment),
    secrets: { ca: sandbox.caPem, ...secrets },
  });
  stops.push(async () => connector[Symbol.asyncDispose]());
  return connector;
}

export function configOf(document: Record<string, unknown>): ConnectorConfig {
  const policy = policySchema.parse({
    tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com', 'contoso.onmicrosoft.com'] },
    connectors: [{ name: 'out', ...document }],
  });
  const [config] = policy.connectors;
  if (!config) throw new Error('no connector');
  return config;
}

export function oauth(sandbox: Sandbox, more: Record<string, unknown> = {}): Record<string, unknown> {
  const { tenantId, clientId, url } = sandbox.identity;
  return { type: 'oauth', tenantId, clientId, secret: 'read elsewhere', authority: url, ...more };
}

export const content = Buffer.from(
  [
    'From: relay@contoso.com',
    'To: ann@fabrikam.com',
    'Subject: Test of a route',
    'Message-ID: <1@contoso.com>',
    'Date: Mon, 23 Nov 2026 08:00:00 +0000',
    '',
    'First line',
    '.begins with a dot',
    '',
  ].join('\r\n'),
);

/** One attempt, and what came of each recipient. */
export async function attempt(
  connector: Connector,
  options: DeliveryOptions = {},
): Promise<readonly RecipientOutcome[]> {
  const delivery = testDelivery({ content, from: 'relay@contoso.com', to: ['ann@fabrikam.com'], ...options });
  const { recipients } = await connector.attempt(delivery, AbortSignal.timeout(60_000));
  return recipients;
}

export async function failureOf(connector: Connector, options: DeliveryOptions = {}): Promise<Failure> {
  const [first] = await attempt(connector, options);
  if (first?.kind !== 'failed' && first?.kind !== 'in-doubt') throw new Error(`it is ${first?.kind}`);
  return first.failure;
}
