/** The tenant to practise with when none is configured. All secrets in it are test values, open to everybody. */
import type { TenantConfig } from './config.ts';

const outlookResource = 'https://outlook.office365.com';
const graphResource = 'https://graph.microsoft.com';

/** Test values; a real tenant has its own. */
export const defaults = {
  tenantId: 'c0475050-0365-4000-8000-000000000001',
  clientId: 'c0475050-0365-4000-8000-0000000000a1',
  objectId: 'c0475050-0365-4000-8000-0000000000b1',
  secretId: 'c0475050-0365-4000-8000-0000000000c1',
  secret: 'test-value~client-secret-of-the-stand-in',
  nextSecretId: 'c0475050-0365-4000-8000-0000000000c2',
  nextSecret: 'test-value~next-client-secret-of-the-stand-in',
  mailbox: 'relay@contoso.com',
  password: 'test-value-mailbox-password',
  hveAccount: 'hve@contoso.com',
  hvePassword: 'test-value-hve-password',
  acsResource: 'contoso-acs',
} as const;

/** `certificates`: PEM of those that the application may sign assertions with. */
export function defaultTenant(certificates: readonly string[]): TenantConfig {
  return {
    id: defaults.tenantId,
    domains: [{ name: 'contoso.com' }, { name: 'contoso.onmicrosoft.com' }],
    recipients: 'any',
    connectors: [
      { name: 'loopback', type: 'OnPremises', senderIpAddresses: ['127.0.0.1/32'] },
      { name: 'certificate', type: 'OnPremises', tlsSenderCertificateName: '*.contoso.com' },
    ],
    mailboxes: [
      { address: defaults.mailbox, password: defaults.password, sendAs: ['scanner@contoso.com'] },
      { address: 'second@contoso.com', password: defaults.password },
    ],
    applications: [
      {
        clientId: defaults.clientId,
        objectId: defaults.objectId,
        name: 'relay365',
        secrets: [
          { id: defaults.secretId, value: defaults.secret },
          { id: defaults.nextSecretId, value: defaults.nextSecret },
        ],
        certificates,
        roles: {
          [outlookResource]: ['SMTP.SendAsApp', 'Mail.Send'],
          [graphResource]: ['Mail.Send', 'Mail.ReadWrite'],
        },
      },
    ],
    hveAccounts: [
      {
        address: defaults.hveAccount,
        password: defaults.hvePassword,
        applications: [defaults.objectId],
      },
    ],
    acsDomains: ['contoso.com'],
  };
}
