/** The conditions of relay by connector of Exchange Online: "Updated requirements for SMTP relay through Exchange Online". */
import { expect, test } from 'vitest';
import { policyOf } from '../policy/policy-for-tests.ts';
import { mailbox } from '../protocol/address.ts';
import { attributionOf } from './attribution.ts';

const { connectors } = policyOf(`
tenant: { domain: contoso.com, acceptedDomains: [contoso.com] }
connectors:
  - { name: certificate, route: { type: exchange-online, certificate: /c.pem, key: /k.pem } }
  - { name: address, route: { type: exchange-online } }
  - name: volume
    route: { type: smtp-submission, service: high-volume-email, credential: { type: password, username: a@contoso.com, password: test-value } }
`);

const inside = 'you@contoso.com';
const outside = 'you@fabrikam.example';

test.each([
  ['certificate', 'a@contoso.com', outside, /sends it outside$/],
  ['certificate', 'a@wingtip.example', outside, /only if the domain in the certificate is an accepted one$/],
  ['certificate', undefined, outside, /only if the domain in the certificate is an accepted one$/],
  ['address', 'a@contoso.com', outside, /public IPv4 address.*sends it outside$/],
  ['address', 'a@wingtip.example', outside, /does not relay it outside$/],
  ['address', undefined, outside, /the null sender has no domain.*does not relay it outside$/],
  ['address', 'a@wingtip.example', inside, /stays in the tenant$/],
  ['volume', 'a@contoso.com', outside, /takes recipients inside the tenant alone$/],
])('%s, from %s to %s', (name, sender, recipient, words) => {
  const rule = connectors.get(name);
  if (!rule) throw new Error(`no connector ${name}`);
  const from = sender === undefined ? null : mailbox(sender);
  const { explanation } = attributionOf(rule, from, mailbox(recipient));
  expect(explanation).toMatch(words);
  expect(explanation.match(/outside/g)?.length ?? 0).toBeLessThanOrEqual(1);
});
