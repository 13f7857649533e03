/** Hosts as Microsoft publishes them, by cloud: learn.microsoft.com/graph/deployments and the endpoint lists of the clouds. */
import { expect, test } from 'vitest';
import { policyOf } from './policy-for-tests.ts';
import { routeTargets } from './route-targets.ts';

const oauth = 'credential: { type: oauth, tenantId: contoso.com, clientId: a, secret: test-value }';
const password = 'credential: { type: password, username: a@contoso.com, password: test-value }';

test.each([
  [
    'worldwide',
    'type: exchange-online, host: contoso-com.mail.protection.outlook.com',
    ['contoso-com.mail.protection.outlook.com:25'],
  ],
  ['worldwide', 'type: exchange-online', ['MX of contoso.com, port 25']],
  ['worldwide', `type: smtp-submission, mailbox: a@contoso.com, ${oauth}`, ['smtp.office365.com:587']],
  ['china', `type: smtp-submission, mailbox: a@contoso.com, ${oauth}`, ['smtp.partner.outlook.cn:587']],
  [
    'worldwide',
    `type: smtp-submission, host: localhost, port: 2587, mailbox: a@contoso.com, ${oauth}`,
    ['localhost:2587'],
  ],
  [
    'worldwide',
    `type: smtp-submission, service: high-volume-email, ${password}`,
    ['smtp.hve.mx.microsoft:587'],
  ],
  [
    'worldwide',
    `type: smtp-submission, service: azure-communication-services, ${password}`,
    ['smtp.azurecomm.net:587'],
  ],
  ['worldwide', `type: graph, mailbox: a@contoso.com, ${oauth}`, ['https://graph.microsoft.com']],
  ['gcc-high', `type: graph, mailbox: a@contoso.com, ${oauth}`, ['https://graph.microsoft.us']],
  [
    'worldwide',
    `type: graph, mailbox: a@contoso.com, endpoint: "https://127.0.0.1:1", ${oauth}`,
    ['https://127.0.0.1:1'],
  ],
  [
    'worldwide',
    'type: smart-host, hosts: [a.example, "b.example:26", "[2001:db8::1]"]',
    ['a.example:25', 'b.example:26', '[2001:db8::1]:25'],
  ],
  ['worldwide', 'type: mx', []],
])('%s %s', (cloud, route, targets) => {
  const policy = policyOf(
    `tenant: { domain: contoso.com, cloud: ${cloud} }\nconnectors: [{ name: a, route: { ${route} } }]`,
  );
  const [connector] = policy.connectors.values();
  expect(connector && routeTargets(connector.config)).toEqual(targets);
});
