import { expect, test } from 'vitest';
import { instant } from '../platform/clock.ts';
import { policyOf } from '../policy/policy-for-tests.ts';
import { calendarItems } from './calendar.ts';

const now = instant(Date.parse('2026-11-23T08:00:00Z'));

function itemsFor(text: string, seen: Record<string, string> = {}) {
  const policy = policyOf(text);
  return calendarItems(
    {
      policy,
      secrets: [],
      tokens: [{ name: 'nightly', createdBy: 'ann', expiresAt: instant(now + 86_400_000) }],
      silentAfterMs: 30 * 86_400_000,
      lastSeenAt: (name) => {
        const at = seen[name];
        return at === undefined ? undefined : instant(Date.parse(at));
      },
    },
    now,
  );
}

test('permissions, reviews, firmware, silence, blocks and tokens stand in one order', () => {
  const items = itemsFor(
    `
tenant: { domain: contoso.com, acceptedDomains: [contoso.com] }
blocked: [{ range: 198.51.100.7, expires: 2026-12-01 }]
sources:
  - name: printer
    owner: ann@contoso.com
    senders: ["*@contoso.com"]
    networks: [{ range: 10.20.0.15, expires: 2026-12-10, owner: bob@contoso.com, note: "lease" }]
    expires: 2027-05-01
    review: 2026-11-01
    firmware: { version: "1.2", due: 2026-12-05 }
connectors:
  - name: out
    addressSpaces: [{ pattern: "*", cost: 10 }]
    route: { type: smart-host, hosts: ["mail.example.net:25"] }
`,
    { printer: '2026-10-01T00:00:00Z' },
  );
  expect(items.map(({ kind, owner }) => [kind, owner])).toEqual([
    ['silent-source', 'ann@contoso.com'],
    ['source-review', 'ann@contoso.com'],
    ['api-token', 'ann'],
    ['block', undefined],
    ['firmware-review', 'ann@contoso.com'],
    ['permission', 'bob@contoso.com'],
    ['source', 'ann@contoso.com'],
  ]);
  for (const item of items) {
    expect(item.breaks).toMatch(/\.$/);
    expect(item.todo.length).toBeGreaterThan(20);
  }
});

test('a source that sends is not silent, and one that was never seen is not gone', () => {
  const text = `
tenant: { domain: contoso.com }
sources: [{ name: printer, networks: [10.20.0.15], senders: ["*@contoso.com"] }]
`;
  const kinds = (seen: Record<string, string>) =>
    itemsFor(text, seen)
      .map(({ kind }) => kind)
      .filter((kind) => kind === 'silent-source');
  expect(kinds({ printer: '2026-11-20T00:00:00Z' })).toEqual([]);
  expect(kinds({})).toEqual([]);
  expect(kinds({ printer: '2026-10-20T00:00:00Z' })).toEqual(['silent-source']);
});

test('dates of Microsoft 365 stand there only where the policy has such a route', () => {
  const password = `
tenant: { domain: contoso.com, acceptedDomains: [contoso.com] }
connectors:
  - name: submit
    addressSpaces: [{ pattern: "*", cost: 10 }]
    route:
      type: smtp-submission
      service: exchange-online
      mailbox: relay@contoso.com
      credential: { type: CREDENTIAL }
`;
  const dates = (text: string) =>
    itemsFor(text)
      .filter(({ kind }) => kind === 'microsoft-365')
      .map(({ name }) => name.slice(0, 10));
  const withPassword = dates(
    password.replace(
      'type: CREDENTIAL',
      'type: password, username: relay@contoso.com, password: "test value"',
    ),
  );
  // Exchange Team Blog 4489835: off by default at the end of December 2026; the end for good is announced in 2027.
  expect(withPassword).toEqual(expect.arrayContaining(['2026-12-31', '2027-07-01']));
  const withOAuth = dates(
    password.replace(
      'type: CREDENTIAL',
      'type: oauth, tenantId: 6babcaad-604b-40ac-a9d7-9fd97c0b779f, clientId: 11111111-2222-3333-4444-555555555555, secret: "test value"',
    ),
  );
  expect(withOAuth).not.toContain('2026-12-31');
  const elsewhere = `
tenant: { domain: contoso.com }
connectors:
  - name: out
    addressSpaces: [{ pattern: "*", cost: 10 }]
    route: { type: smart-host, hosts: ["mail.example.net:25"] }
`;
  expect(dates(elsewhere)).toEqual([]);
});
