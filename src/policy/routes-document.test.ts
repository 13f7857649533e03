/** Validates the examples of docs/routes.md: each is a policy without errors, of the route it is about. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describePolicy } from './describe.ts';
import { compiled, policyOf } from './policy-for-tests.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/routes.md'), 'utf8');
const examples = Array.from(
  page.matchAll(/```yaml policy=(\S+)\n(.*?)```/gs),
  ([, name = '', yaml = '']) => ({
    name,
    yaml,
  }),
);

test('every route and service has its example', () => {
  expect(examples.map(({ name }) => name)).toEqual([
    'exchange-online',
    'smtp-submission',
    'sign-in',
    'password',
    'high-volume-email',
    'azure-communication-services',
    'graph',
  ]);
});

describe('examples', () => {
  test.each(examples)('$name', ({ name, yaml }) => {
    const policy = policyOf(yaml);
    const lines = describePolicy(policy);
    expect(lines).toHaveLength(policy.connectors.size);
    const telling = new Map([
      ['password', 'type: password'],
      ['sign-in', 'signIn: device-code'],
    ]);
    expect(yaml).toContain(telling.get(name) ?? name);
  });

  test('only the password is warned of', () => {
    const warned = examples.filter(({ yaml }) => compiled(yaml).findings.length > 0).map(({ name }) => name);
    expect(warned).toEqual(['password']);
  });
});

test.each([
  ['tls: opportunistic', 'verified TLS only'],
  ['minimumTls: "1.0"', 'TLS 1.2'],
  ['implicitTls: true', 'port 465'],
  ['ipVersion: "6"', 'IPv4 address only'],
  ['certificate: ./a.pem, key: ./b.pem', 'belongs into the route'],
])('exchange-online with %s', (setting, words) => {
  const { findings } = compiled(
    `connectors: [{ name: a, route: { type: exchange-online, host: mx.example }, ${setting} }]`,
  );
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  expect(errors.join('\n')).toContain(words);
});

const graphWith = (route: string, connector = ''): string =>
  `connectors: [{ name: a, fallback: b, route: { type: graph, mailbox: a@contoso.com, credential: { type: oauth, tenantId: t, clientId: c, secret: a }, ${route} } ${connector} }, { name: b, route: { type: exchange-online, host: mx.example } }]`;

test.each([
  ['large messages as drafts', graphWith('largeMessages: draft'), 'warning', 'are rebuilt'],
  [
    'drafts of nothing',
    graphWith('largeMessages: draft, draftBytes: 2 MB'),
    'error',
    'no message can be above',
  ],
  ['a login and no proxy', graphWith('', ', proxyLogin: { username: a, password: b }'), 'error', 'no proxy'],
  [
    'a proxy for SMTP',
    'connectors: [{ name: a, route: { type: exchange-online, host: mx.example }, proxy: "http://proxy.example:3128" }]',
    'error',
    'SMTP goes through no HTTP proxy',
  ],
])('%s is told', (_, yaml, severity, words) => {
  const told = compiled(yaml).findings.filter((finding) => finding.severity === severity);
  expect(told.map(({ message }) => message).join('\n')).toContain(words);
});

test.each([
  'https://proxy.example:3128',
  'http://proxy.example',
  'http://user:word@proxy.example:3128',
  'proxy:1',
])('a proxy written %s is refused', (proxy) => {
  expect(() => compiled(graphWith('', `, proxy: "${proxy}"`))).toThrow(/http:\/\/proxy\.contoso\.com:3128/);
});

const oauth = 'type: oauth, tenantId: t, clientId: c';
test.each([
  ['no proof', `{ ${oauth} }`, 'nothing proves'],
  ['the end of no secret', `{ ${oauth}, managedIdentity: true, secretExpires: 2026-12-01 }`, 'no "secret"'],
  ['two proofs', `{ ${oauth}, secret: a, managedIdentity: true }`, 'several things prove'],
  ['a secret and a sign-in', `{ ${oauth}, secret: a, signIn: device-code }`, 'several things prove'],
  ['a certificate without key', `{ ${oauth}, certificate: ./a.pem }`, 'belong together'],
  ['no tenant', '{ type: oauth, clientId: c, secret: a }', 'directory id'],
  ['no application', '{ type: oauth, tenantId: t, secret: a }', 'application id'],
  ['an authority in clear', `{ ${oauth}, secret: a, authority: "http://login.example" }`, 'in clear'],
])('a credential with %s', (_, credential, words) => {
  const { findings } = compiled(
    `connectors: [{ name: a, route: { type: graph, mailbox: a@contoso.com, credential: ${credential} } }]`,
  );
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  expect(errors.join('\n')).toContain(words);
});

test.each([
  [
    'High Volume Email without a tenant',
    'service: high-volume-email, mailbox: a@contoso.com',
    'of the tenant only',
  ],
  ['OAuth without a mailbox', 'service: exchange-online', 'needs the mailbox'],
])('%s', (_, fields, words) => {
  const { findings } = compiled(
    `connectors: [{ name: a, route: { type: smtp-submission, ${fields}, credential: { ${oauth}, secret: a } } }]`,
  );
  expect(findings.map(({ message }) => message).join('\n')).toContain(words);
});

test('in a cloud whose hosts are not published they must be named', () => {
  const { findings } = compiled(
    `tenant: { domain: contoso.com, cloud: dod }
connectors: [{ name: a, route: { type: smtp-submission, mailbox: a@contoso.com, credential: { ${oauth}, secret: a } } }]`,
  );
  expect(findings.map(({ message }) => message).join('\n')).toContain('no host of this service is known');
});
