/** A tenant with a route of each kind, for tests of set-up and drift. */
import type { SetupTenant } from './setup-input.ts';

export const tenant: SetupTenant = {
  domain: 'contoso.com',
  acceptedDomains: ['contoso.com', 'contoso.onmicrosoft.com'],
  cloud: 'worldwide',
  senders: ['scanner@contoso.com', 'relay@contoso.com'],
  routes: [
    {
      kind: 'connector-certificate',
      connector: 'by-certificate',
      names: ['relay.contoso.com', '*.contoso.com'],
    },
    { kind: 'connector-address', connector: 'by-address' },
    {
      kind: 'submission',
      connector: 'submission',
      mailbox: 'relay@contoso.com',
      application: { clientId: '11111111-2222-3333-4444-555555555555', kind: 'secret' },
    },
    {
      kind: 'graph',
      connector: 'graph',
      mailbox: 'relay@contoso.com',
      application: { clientId: '11111111-2222-3333-4444-555555555555', kind: 'certificate' },
      drafts: false,
    },
  ],
};
export const egress = ['203.0.113.25'];
