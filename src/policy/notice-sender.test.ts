import { describe, expect, test } from 'vitest';
import { mailbox } from '../protocol/address.ts';
import { noticeSender } from './notice-sender.ts';
import { policyOf } from './policy-for-tests.ts';

const oauth =
  'credential: { type: oauth, tenantId: contoso.com, clientId: 11111111-1111-1111-1111-111111111111, secret: test-secret }';
const password = 'credential: { type: password, username: user@contoso.com, password: test-password }';
const graph = `{ name: graph, route: { type: graph, mailbox: relay@contoso.com, ${oauth} } }`;
const byPassword = `{ name: by-password, route: { type: smtp-submission, ${password} } }`;
const smartHost = '{ name: out, route: { type: smart-host, hosts: [mail.example.net] } }';
const certificate =
  '{ name: mx, route: { type: exchange-online, host: mx.example, certificate: ./c.pem, key: ./k.pem }, fallback: graph }';
const acs =
  '{ name: acs, route: { type: smtp-submission, service: azure-communication-services, credential: { type: password, username: resource.app.tenant, password: test-password } } }';

function senderOf(...connectors: readonly string[]) {
  const policy = policyOf(`
tenant: { domain: contoso.com, acceptedDomains: [contoso.com] }
sources: [{ name: erp, networks: [10.0.0.1], senders: ["*@contoso.com"] }]
connectors:
${connectors.map((one) => `  - ${one}`).join('\n')}
`);
  return noticeSender(policy, mailbox('scanner@contoso.com'));
}

describe('a notice of ours comes from', () => {
  test.each([
    ['the mailbox of Graph', [graph], 'relay@contoso.com', 'graph'],
    ['the user who logs in, where no mailbox is named', [byPassword], 'user@contoso.com', 'by-password'],
    ['the mailbox of a fallback, which it may come to', [certificate, graph], 'relay@contoso.com', 'graph'],
  ])('%s', (_why, connectors, from, name) => {
    const sender = senderOf(...connectors);
    expect(sender?.from.text).toBe(from);
    expect(sender?.why).toContain(`leaves as ${from}, the mailbox of connector ${name}`);
  });

  test.each([
    ['a smart host takes any From', [smartHost]],
    ['a user of Azure Communication Services is no address', [acs]],
    [
      'there is no way at all',
      ['{ name: far, addressSpaces: [{ pattern: far.example }], route: { type: mx } }'],
    ],
  ])('nobody in particular where %s', (_why, connectors) => {
    expect(senderOf(...connectors)).toBeUndefined();
  });
});
