import { describe, expect, test } from 'vitest';
import {
  communicationServicesLimits,
  graphLimits,
  highVolumeEmailLimits,
  mxLimits,
  submissionLimits,
} from '../../microsoft365/limits.ts';
import { policySchema } from './policy-schema.ts';
import { defaultLimits } from './route-defaults.ts';

const credential = { type: 'oauth', tenantId: 'contoso.com', clientId: 'app', secret: { env: 'SECRET' } };

function connector(document: Record<string, unknown>, tenant?: Record<string, unknown>) {
  const [first] = policySchema.parse({ tenant, connectors: [{ name: 'out', ...document }] }).connectors;
  if (!first) throw new Error('no connector');
  return first;
}

describe('the defaults are the published limits', () => {
  test('submission', () => {
    expect(defaultLimits({ type: 'smtp-submission', service: 'exchange-online' })).toMatchObject({
      connections: submissionLimits.connectionsDefault.value,
      messagesPerMinute: submissionLimits.messagesPerMinute.value,
    });
  });
  test('High Volume Email', () => {
    expect(defaultLimits({ type: 'smtp-submission', service: 'high-volume-email' })).toMatchObject({
      recipientsPerMessage: highVolumeEmailLimits.recipientsPerMessage.value,
      messageBytes: highVolumeEmailLimits.messageBytes.value,
    });
  });
  test('Azure Communication Services', () => {
    expect(defaultLimits({ type: 'smtp-submission', service: 'azure-communication-services' })).toMatchObject(
      {
        messagesPerMinute: communicationServicesLimits.messagesPerMinute.value,
        recipientsPerMessage: communicationServicesLimits.recipientsPerMessage.value,
        messageBytes: communicationServicesLimits.messageBytes.value,
      },
    );
  });
  test('Graph', () => {
    expect(defaultLimits({ type: 'graph' })).toMatchObject({
      connections: graphLimits.concurrentRequests.value,
      messageBytes: graphLimits.mimeBytes.value,
      recipientsPerMessage: submissionLimits.recipientsPerMessageDefault.value,
      messagesPerMinute: submissionLimits.messagesPerMinute.value,
    });
  });
  test('the MX host', () => {
    const { limits } = connector({ route: { type: 'exchange-online', host: 'mx.example' } });
    expect(limits).toMatchObject({
      connections: mxLimits.connections.value,
      messagesPerConnection: mxLimits.messagesPerConnection.value,
      recipientsPerMessage: mxLimits.recipientsPerTransaction.value,
      idle: mxLimits.idleMs.value,
      age: mxLimits.sessionAgeMs.value,
    });
  });
});

test('what is written counts', () => {
  const route = { type: 'graph', mailbox: 'a@contoso.com', credential };
  const { limits } = connector({ route, limits: { connections: 1, messageBytes: '1 MB' } });
  expect(limits).toMatchObject({ connections: 1, messageBytes: 1_000_000, messagesPerMinute: 30 });
});

test('a route into Microsoft 365 knows its tenant, others do not', () => {
  const tenant = {
    domain: 'Contoso.com',
    acceptedDomains: ['contoso.com', 'Print.contoso.com'],
    cloud: 'china',
  };
  const route = { type: 'exchange-online', host: 'mx.example' };
  expect(connector({ route }, tenant).tenant).toEqual({
    domain: 'contoso.com',
    cloud: 'china',
    acceptedDomains: ['contoso.com', 'print.contoso.com'],
  });
  expect(connector({ route }).tenant).toEqual({ cloud: 'worldwide', acceptedDomains: [] });
  expect(connector({ route: { type: 'mx' } }, tenant).tenant).toBeUndefined();
});
