import { expect, test } from 'vitest';
import { policySchema } from '../config/policy-schema.ts';
import { compilePolicy } from './compile.ts';

const credential = { type: 'password', username: 'relay@contoso.com', password: 'test-password' };

function warnings(connectors: readonly object[]): readonly string[] {
  const document = policySchema.parse({
    tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
    connectors: connectors.map((connector, index) => ({
      name: `out-${index}`,
      route: { type: 'smtp-submission', mailbox: 'relay@contoso.com', credential },
      ...connector,
    })),
  });
  const { findings } = compilePolicy(document, 1);
  return findings
    .filter(({ severity, message }) => severity === 'warning' && message.includes('together'))
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('two connectors of one mailbox with two connections each are told: 3 are allowed', () => {
  expect(warnings([{}, {}])).toEqual([
    expect.stringMatching(
      /^connectors\.1\.limits\.connections: .*out-0, out-1.* 4 connections.*relay@contoso\.com.*more than 3/,
    ),
  ]);
});

const other = { type: 'smtp-submission', mailbox: 'second@contoso.com', credential };
test.each([
  ['two and one', [{}, { limits: { connections: 1 } }]],
  ['two mailboxes', [{}, { route: other }]],
  ['a suspended one', [{}, { suspended: true }]],
])('%s: nothing is said', (_, connectors) => {
  expect(warnings(connectors)).toEqual([]);
});
