/** Limits as Microsoft publishes them: 30 a minute and 10,000 recipients a day of a mailbox, TERRL of a tenant, 100 from onmicrosoft.com. */
import { describe, expect, test } from 'vitest';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import { policySchema } from '../../config/policy-schema.ts';
import { quotasOf, quotaTitle } from './quota.ts';

const oauth = {
  type: 'oauth',
  tenantId: 'contoso.com',
  clientId: '11111111-1111-1111-1111-111111111111',
  secret: 'test-secret',
};
const password = { type: 'password', username: 'Relay@contoso.com', password: 'test-password' };
const submission = { type: 'smtp-submission', mailbox: 'relay@contoso.com', credential: oauth };

function configOf(route: object, limits: object = {}, tenant: object = {}): ConnectorConfig {
  const { connectors } = policySchema.parse({
    tenant: { domain: 'contoso.com', ...tenant },
    connectors: [{ name: 'one', route, limits }],
  });
  const [connector] = connectors;
  if (!connector) throw new Error('no connector');
  return connector;
}

const lines = (config: ConnectorConfig): string[] =>
  quotasOf(config).map((quota) => `${quota.limit} ${quotaTitle(quota)}`);

const mailboxLines = [
  '30 messages a minute of mailbox relay@contoso.com',
  '10000 recipients in 24 hours of mailbox relay@contoso.com',
];
const unknown = 'Infinity external recipients in 24 hours of tenant contoso.com';
const first = '100 external recipients from onmicrosoft.com senders in 24 hours of tenant contoso.com';
const terrl = (limit: number): string => `${limit} external recipients in 24 hours of tenant contoso.com`;

describe('what holds for a route', () => {
  test('a mailbox by SMTP: its own limits and those of its tenant', () => {
    expect(lines(configOf(submission, {}, { licences: 100 }))).toEqual([
      ...mailboxLines,
      terrl(22_059),
      first,
    ]);
  });

  test('the user name is the mailbox where no other is named', () => {
    const route = { type: 'smtp-submission', credential: password };
    expect(lines(configOf(route)).slice(0, 2)).toEqual(mailboxLines);
  });

  test('Graph: the same mailbox, and the requests of the application', () => {
    const route = { type: 'graph', mailbox: 'relay@contoso.com', credential: oauth };
    expect(lines(configOf(route))).toEqual([
      ...mailboxLines,
      `10000 messages in 10 minutes of application ${oauth.clientId} with mailbox relay@contoso.com`,
      unknown,
      first,
    ]);
  });

  test.each([
    [1, 10_000],
    [1_000, 72_446],
    [10_000, 324_979],
  ])('the MX host: the tenant alone, %d licences are %d', (licences, limit) => {
    expect(lines(configOf({ type: 'exchange-online' }, {}, { licences }))).toEqual([terrl(limit), first]);
  });

  test('without licences only what is set is kept, and what Microsoft 365 calls reached', () => {
    expect(lines(configOf({ type: 'exchange-online' }))).toEqual([unknown, first]);
    expect(lines(configOf({ type: 'exchange-online' }, { externalRecipientsPerDay: 5_000 }))).toEqual([
      terrl(5_000),
      first,
    ]);
  });

  test('High Volume Email and hosts elsewhere: none', () => {
    expect(lines(configOf({ ...submission, service: 'high-volume-email' }))).toEqual([]);
    expect(lines(configOf({ type: 'smart-host', hosts: ['next.example:25'] }))).toEqual([]);
    expect(lines(configOf({ type: 'mx' }))).toEqual([]);
  });

  test('Azure Communication Services: 30 a minute and 100 an hour, not the tenant', () => {
    const route = {
      type: 'smtp-submission',
      service: 'azure-communication-services',
      credential: { ...password, username: 'relay' },
    };
    expect(lines(configOf(route))).toEqual([
      '30 messages a minute of Azure Communication Services user relay',
      '100 messages an hour of Azure Communication Services user relay',
    ]);
  });

  test('what the configuration sets counts', () => {
    const limits = { messagesPerMinute: 10, recipientsPerDay: 500 };
    expect(lines(configOf(submission, limits)).slice(0, 2)).toEqual([
      '10 messages a minute of mailbox relay@contoso.com',
      '500 recipients in 24 hours of mailbox relay@contoso.com',
    ]);
  });
});

test('scope and owner are fields of their own', () => {
  const azure = {
    type: 'smtp-submission',
    service: 'azure-communication-services',
    credential: password,
  };
  const graph = { type: 'graph', mailbox: 'relay@contoso.com', credential: oauth };
  const fields = (route: object): string[] =>
    quotasOf(configOf(route)).map(({ scope, owner }) => `${scope}: ${owner}`);
  expect(fields(graph)).toEqual([
    'mailbox: mailbox relay@contoso.com',
    'mailbox: mailbox relay@contoso.com',
    `application: application ${oauth.clientId} with mailbox relay@contoso.com`,
    'tenant: tenant contoso.com',
    'tenant: tenant contoso.com',
  ]);
  expect(new Set(fields(azure))).toEqual(
    new Set(['resource: Azure Communication Services user Relay@contoso.com']),
  );
});
