import { describe, expect, test } from 'vitest';
import type { TenantFacts } from '../../config/route-defaults.ts';
import { instant } from '../../platform/clock.ts';
import { testAccepted } from '../testing/messages.ts';
import { loadOf } from './load.ts';

const tenant: TenantFacts = {
  cloud: 'worldwide',
  domain: 'contoso.com',
  acceptedDomains: ['contoso.com', 'xn--kln-sna.example'],
};

describe('what a message counts for', () => {
  test.each([
    { name: 'inside only', to: ['a@contoso.com', 'B@CONTOSO.COM'], external: 0 },
    { name: 'a domain of the tenant in Unicode', to: ['a@köln.example'], external: 0 },
    { name: 'inside and outside', to: ['a@contoso.com', 'b@example.org', 'c@example.net'], external: 2 },
    { name: 'a subdomain is outside', to: ['a@sub.contoso.com'], external: 1 },
    { name: 'DSNs and automatic replies (MC1023294)', to: ['b@example.org'], sender: null, external: 0 },
    {
      name: 'from the first domain of the tenant',
      to: ['b@example.org', 'a@contoso.com'],
      sender: 'scan@Contoso.OnMicrosoft.com',
      external: 1,
      first: 1,
    },
    { name: 'not from its likeness', to: ['b@example.org'], sender: 'a@evilonmicrosoft.com', external: 1 },
  ])('$name', ({ to, sender, external, first = 0 }) => {
    const { envelope } = testAccepted({
      id: 'M',
      at: instant(0),
      recipients: to,
      ...(sender !== undefined && { sender }),
    });
    const indexes = to.map((_, index) => index);
    expect(loadOf(envelope, indexes, 'normal', tenant).counts).toEqual({
      messages: 1,
      recipients: to.length,
      external,
      'external-from-onmicrosoft': first,
    });
  });

  test('only the recipients of this transaction; without a tenant all are outside', () => {
    const { envelope } = testAccepted({
      id: 'M',
      at: instant(0),
      recipients: ['a@contoso.com', 'b@x.example'],
    });
    expect(loadOf(envelope, [1], 'normal', tenant).counts).toMatchObject({ recipients: 1, external: 1 });
    expect(loadOf(envelope, [0, 1], 'normal', undefined).counts.external).toBe(2);
  });
});
