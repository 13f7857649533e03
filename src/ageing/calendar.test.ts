import { expect, test } from 'vitest';
import { instant } from '../platform/clock.ts';
import { policyOf } from '../policy/policy-for-tests.ts';
import { calendarItems } from './calendar.ts';
import type { EndingSecret } from './of-certificates.ts';
import { itemsOfSecrets } from './of-certificates.ts';

const now = instant(Date.parse('2026-11-23T08:00:00Z'));

function itemsFor(text: string, seen: Record<string, string> = {}, moment = now) {
  const policy = policyOf(text);
  return calendarItems(
    {
      policy,
      secrets: [],
      tokens: [{ name: 'nightly', createdBy: 'ann', expiresAt: instant(now + 86_400_000) }],
      silentAfterMs: 30 * 86_400_000,
      lastSeenAt: (name) => {
        const last = seen[name];
        return last === undefined ? undefined : instant(Date.parse(last));
      },
    },
    moment,
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

test('the next password of a source is due to its owner, and nothing is said to stop', () => {
  const [item, ...others] = itemsFor(`
tenant: { domain: contoso.com, acceptedDomains: [contoso.com] }
sources:
  - name: erp
    owner: ann@contoso.com
    senders: ["*@contoso.com"]
    login: { username: erp-mail, password: "$scrypt$ln=14,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", due: 2026-11-30 }
`).filter(({ kind }) => kind === 'source-password');
  expect(others).toEqual([]);
  // Valid through the end of that day, UTC.
  expect(item).toMatchObject({
    name: 'erp',
    source: 'erp',
    owner: 'ann@contoso.com',
    at: Date.parse('2026-12-01T00:00:00Z'),
  });
  expect(item?.title).toContain('erp-mail');
  expect(item?.breaks).toMatch(/^Nothing stops/);
  expect(JSON.stringify(item)).not.toContain('scrypt');
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

// Every kind of certificate, secret and sign-in that can be known to end, with what breaks and what to do.
test('certificates, secrets and sign-ins stand in the calendar, each with its own words', () => {
  const kinds = [
    'listener-certificate',
    'console-certificate',
    'client-ca',
    'connector-certificate',
    'connector-ca',
    'application-certificate',
    'device-certificate',
    'client-secret',
    'password',
    'refresh-token',
  ] as const;
  const policy = policyOf('tenant: { domain: contoso.com }\n');
  const items = calendarItems(
    {
      policy,
      secrets: kinds.map((kind, index) => ({ kind, name: 'graph', notAfter: instant(now + index * 1_000) })),
      tokens: [],
      silentAfterMs: 30 * 86_400_000,
      lastSeenAt: () => undefined,
    },
    now,
  );
  expect(items.map(({ kind }) => kind)).toEqual(kinds);
  expect(new Set(items.map(({ title }) => title)).size).toBe(kinds.length);
  expect(new Set(items.map(({ todo }) => todo)).size).toBe(kinds.length);
  for (const { breaks, todo } of items) {
    expect(breaks).toMatch(/\.$/);
    expect(todo).toMatch(/\.$/);
  }
});

test('what belongs to a source or connector says which, and the relay itself has no such place', () => {
  const ending = (kind: EndingSecret['kind']) => ({
    kind,
    name: 'erp',
    notAfter: instant(now + 1_000),
    owner: 'ann@contoso.com',
  });
  const [device, secret, console] = itemsOfSecrets(
    (['device-certificate', 'client-secret', 'console-certificate'] as const).map(ending),
  );
  expect(device).toMatchObject({ source: 'erp', owner: 'ann@contoso.com' });
  expect(device).not.toHaveProperty('connector');
  expect(secret).toMatchObject({ connector: 'erp', owner: 'ann@contoso.com' });
  expect(console).not.toHaveProperty('connector');
  expect(console).not.toHaveProperty('source');
});

test('dates of Microsoft 365 go to the owner of the connector that they touch', () => {
  const text = `
tenant: { domain: contoso.com, acceptedDomains: [contoso.com] }
connectors:
  - name: mailbox
    owner: bob@contoso.com
    route:
      type: smtp-submission
      mailbox: relay@contoso.com
      credential: { type: password, username: relay@contoso.com, password: test-password }
`;
  const owners = itemsFor(text)
    .filter(({ kind }) => kind === 'microsoft-365')
    .map(({ owner }) => owner);
  expect(owners.length).toBeGreaterThan(0);
  expect(new Set(owners)).toEqual(new Set(['bob@contoso.com']));
});

test('a client certificate and an MX host at Microsoft 365 are touched by its announcements', () => {
  const text = `
tenant: { domain: contoso.com, acceptedDomains: [contoso.com] }
connectors:
  - name: tenant
    addressSpaces: [{ pattern: "*", cost: 10 }]
    route:
      type: exchange-online
      host: contoso-com.mail.protection.outlook.com
      certificate: /tls/relay.pem
      key: /tls/relay.key
`;
  const titles = itemsFor(text, {}, instant(Date.parse('2026-05-01T08:00:00Z')))
    .filter(({ kind }) => kind === 'microsoft-365')
    .map(({ title }) => title)
    .join('\n');
  expect(titles).toMatch(/client authentication|certificates are for servers only/i);
  expect(titles).toMatch(/MX/);
});
