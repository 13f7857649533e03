import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyDocument } from '../config/policy-schema.ts';
import { policySchema } from '../config/policy-schema.ts';
import { mailbox } from '../protocol/address.ts';
import { compilePolicy, compilePolicyInTurns, emptyPolicy } from './compile.ts';
import { describePolicy } from './describe.ts';
import { compiled, facts, testPasswordHash } from './policy-for-tests.ts';
import { recognise } from './recognise.ts';
import { routeFor } from './route.ts';

const source = (more: string): string => `sources: [{ name: a, senders: ["*@contoso.com"], ${more} }]
connectors: [{ name: out, route: { type: mx } }]`;
const connector = (more: string): string => `connectors: [{ name: out, route: { type: mx }, ${more} }]`;
const login = `login: { username: a, password: "${testPasswordHash}" }`;

describe('findings that are no errors', () => {
  test.each<[string, string[], string]>([
    [source('networks: [10.20.0.0/16]'), [], 'a /16 is the widest range without a word'],
    [
      source('networks: [{ range: 10.0.0.0/15, dangerous: true }]'),
      [
        'danger sources.0.networks.0.range: a: 10.0.0.0/15 is wider than /16: any machine in it is this source',
      ],
      'a wider one, with the word',
    ],
    [
      source('networks: [0.0.0.0/0, "::/0"], dangerous: true'),
      [
        'danger sources.0.networks.0: a: 0.0.0.0/0 is every IPv4 address there is: whoever reaches a listener is this source',
        'danger sources.0.networks.1: a: ::/0 is every IPv6 address there is: whoever reaches a listener is this source',
      ],
      'everybody',
    ],
    [source('networks: ["2001:db8::/32"]'), [], 'a /32 of IPv6 is the widest without a word'],
    [
      `sources:
  - { name: a, networks: [10.20.0.0/24], senders: ["*@contoso.com"] }
  - { name: b, networks: [10.20.0.0/28], senders: ["*@contoso.com"] }
connectors: [{ name: out, route: { type: mx } }]`,
      ['warning sources.1.networks.0: 10.20.0.0/28 of b lies in 10.20.0.0/24 of a: b wins there'],
      'overlap',
    ],
    [
      source('networks: [10.20.0.1, 10.20.0.1/32]'),
      ['warning sources.0.networks.1: 10.20.0.1 stands in a twice'],
      'the same range twice',
    ],
    [
      `sources:
  - { name: a, networks: [10.20.0.0/24], senders: ["*@contoso.com"], listeners: [one] }
  - { name: b, networks: [10.20.0.0/24], senders: ["*@contoso.com"], listeners: [two] }
connectors: [{ name: out, route: { type: mx } }]`,
      [],
      'equal ranges on different listeners',
    ],
    [
      'sources: [{ name: a, networks: [10.20.0.1], senders: ["*"] }]\nconnectors: [{ name: out, route: { type: mx } }]',
      ['danger sources.0.senders.0: a: any machine at its addresses may send as anybody'],
      'anybody, by address alone',
    ],
    [
      `sources: [{ name: a, ${login}, senders: ["*"] }]\nconnectors: [{ name: out, route: { type: mx } }]`,
      [],
      'anybody, by login',
    ],
    [
      source('networks: [10.20.0.1], headerFrom: any'),
      ['danger sources.0.headerFrom: a: any machine at its addresses may write any From address'],
      'any From, by address alone',
    ],
    [
      source('networks: [10.20.0.1], quirks: [auth-in-clear]'),
      ['danger sources.0.quirks.0: a: passwords from its addresses may cross the network in clear'],
      'passwords in clear',
    ],
    [
      source(`${login}, quirks: [space-after-colon]`),
      [
        'warning sources.0.quirks: the quirks of a never apply: they are known by address, and it has no networks',
      ],
      'quirks without networks',
    ],
    [
      source('networks: [10.20.0.1], rewrite: { recipients: test@contoso.com }'),
      [
        'danger sources.0.rewrite.recipients: a: all its mail goes to test@contoso.com and not to its recipients',
      ],
      'a redirect that may be forgotten',
    ],
    [
      'sources: [{ name: a, networks: [10.20.0.1], senders: ["*@x.example"] }]',
      ['warning sources: mail would be accepted and wait: no connector is configured'],
      'no way out',
    ],
    [
      connector('tls: off'),
      [
        'danger connectors.0.tls: out: mail leaves in clear, and whoever is on the way can read and change it',
      ],
      'D18: no TLS',
    ],
    [
      connector('tls: opportunistic'),
      ['warning connectors.0.tls: out: whoever is on the way can switch TLS off or pose as the next hop'],
      'D18: TLS that may be stripped',
    ],
    [
      connector('minimumTls: "1.0"'),
      ['danger connectors.0.minimumTls: out: TLS 1.0 is broken and accepted to the next hop'],
      'old TLS',
    ],
    [
      `connectors:
  - { name: out, route: { type: mx }, fallback: back, allowLessSecureFallback: true }
  - { name: back, route: { type: mx }, tls: opportunistic, addressSpaces: [{ pattern: contoso.com }] }`,
      [
        'danger connectors.0.fallback: out: when it cannot deliver, mail leaves by back, which is less secure: its TLS is opportunistic and not required',
        'warning connectors.1.tls: back: whoever is on the way can switch TLS off or pose as the next hop',
      ],
      'D18: a fallback with less TLS',
    ],
    [
      'connectors: [{ name: out, tls: off, route: { type: smart-host, hosts: [mail.example.net], login: { username: u, password: test-value } } }]',
      [
        'danger connectors.0.tls: out: mail leaves in clear, and whoever is on the way can read and change it',
        'danger connectors.0.route.login: out: its password crosses the network in clear',
      ],
      'a password in clear',
    ],
    [
      `connectors:
  - { name: one, route: { type: mx } }
  - { name: two, route: { type: mx } }`,
      [
        'warning connectors.1.addressSpaces.0: one has "*" at the same cost 10: one wins, because it comes first',
      ],
      'equal address spaces',
    ],
  ])('%s', (yaml, expected, _reason) => {
    const { findings, policy } = compiled(yaml);
    const shown = findings.map(({ severity, path, message }) => `${severity} ${path.join('.')}: ${message}`);
    expect(shown).toEqual(expected);
    // Dangers are said at every start, so each must be understood by itself.
    const dangers = findings.filter(({ severity }) => severity === 'danger').map(({ message }) => message);
    expect(policy.dangers).toEqual(dangers);
  });
});

test('one certificate or user name identifies one source', () => {
  const { findings } = compiled(`
sources:
  - { name: a, certificate: { fingerprint: "sha256:${'ab'.repeat(32)}" }, senders: ["*@contoso.com"] }
  - { name: b, certificate: { fingerprint: ["${'AB:'.repeat(31)}AB"] }, senders: ["*@contoso.com"] }
  - { name: c, certificate: { subject: "CN=x.example" }, senders: ["*@contoso.com"] }
  - { name: d, certificate: { subject: "cn = X.example" }, senders: ["*@contoso.com"] }
  - { name: e, ${login}, senders: ["*@contoso.com"] }
  - { name: f, ${login}, senders: ["*@contoso.com"] }
`);
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  expect(errors).toEqual([
    'the user name "a" is also that of e',
    'the certificate sha256:abababababababab… also identifies a',
    'the certificate CN=x.example also identifies c',
  ]);
});

test('D17: the empty document makes a policy that relays nothing', () => {
  const { policy, findings } = compiled('{}');
  expect(findings).toEqual([]);
  for (const each of [policy, emptyPolicy]) {
    expect(recognise(each, facts({ address: '127.0.0.1', tls: true })).kind).toBe('stranger');
    const route = routeFor(each, { source: undefined, sender: null, recipient: mailbox('a@b.example') });
    expect(route.kind).toBe('none');
  }
});

test('the revision is kept', () => {
  expect(compilePolicy({ sources: [], connectors: [] }, 7).policy.revision).toBe(7);
});

/** Texts that are nearly right, and texts that are not. */
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '*',
    '<>',
    '10.0.0.0/8',
    '10.0.0.1',
    '::/0',
    'a@b.example',
    '*@*.b',
    'CN=x',
    'sha256:00',
    '$scrypt$ln=10',
  ),
);
const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { maxLength: 4 });
const anySource = fc.record(
  {
    name: fc.constantFrom('a', 'b', 'constructor', 'toString'),
    networks: some(
      fc.oneof(
        text,
        fc.record(
          {
            range: text,
            expires: fc.constantFrom('2026-06-30', '2030-01-01T00:00:00Z'),
            dangerous: fc.constant(true),
          },
          { requiredKeys: ['range'] },
        ),
      ),
    ),
    login: fc.record({
      username: fc.string({ minLength: 1, maxLength: 9 }),
      password: fc.string({ maxLength: 9 }).map((rest) => `$${rest}`),
    }),
    certificate: fc.oneof(fc.record({ fingerprint: text }), fc.record({ subject: text })),
    require: fc.subarray(['network', 'login', 'certificate']),
    senders: some(text),
    recipients: some(text),
    listeners: some(text),
    owner: text,
    rewrite: fc.record({ sender: text, from: text, recipients: text }, { requiredKeys: [] }),
  },
  { requiredKeys: ['name'] },
);
const anyConnector = fc.record(
  {
    name: fc.constantFrom('x', 'y', 'z', 'valueOf'),
    addressSpaces: some(fc.record({ pattern: text })),
    sources: some(text),
    senders: some(text),
    fallback: fc.oneof(
      fc.constantFrom('x', 'y', 'z', '__proto__'),
      fc.array(fc.constantFrom('x', 'y', 'z', '__proto__'), { minLength: 1, maxLength: 4 }),
    ),
    allowLessSecureFallback: fc.boolean(),
    recipients: fc.constantFrom('any', 'internal', 'external'),
    messageBytes: fc.record({ atLeast: fc.nat(), atMost: fc.nat() }, { requiredKeys: [] }),
    tenant: fc.constantFrom('t', 'u', '__proto__'),
    route: fc.oneof(
      fc.constant({ type: 'mx' }),
      fc.record({ type: fc.constant('smart-host'), hosts: some(text) }),
    ),
    tls: fc.constantFrom('off', 'opportunistic', 'required'),
  },
  { requiredKeys: ['name', 'route'] },
);

const anyTenant = fc.record({
  name: fc.constantFrom('t', 'u', 'constructor'),
  domain: fc.string({ minLength: 1, maxLength: 12 }),
  acceptedDomains: some(text),
});

test('no document that the schema takes crashes compilation or what works on its result', () => {
  let taken = 0;
  fc.assert(
    fc.property(some(anySource), some(anyConnector), some(anyTenant), (sources, connectors, tenants) => {
      const written = { sources, connectors, ...(tenants.length > 0 && { tenants }) };
      const parsed = policySchema.safeParse(written);
      if (!parsed.success) return;
      taken += 1;
      const document: PolicyDocument = parsed.data;
      const { policy, findings } = compilePolicy(document, 1);
      for (const finding of findings) expect(finding.message).not.toBe('');
      recognise(policy, facts({ address: '10.0.0.1', login: { username: '__proto__', source: 'a' } }));
      routeFor(policy, { source: 'a', sender: null, recipient: mailbox('x@constructor') });
      describePolicy(policy);
    }),
    { numRuns: 500 },
  );
  expect(taken).toBeGreaterThan(50);
});

test('in turns it compiles to the same, and what is blocked names the sources it shuts out', async () => {
  const sources = Array.from({ length: 120 }, (_, n) => ({
    name: `device-${n}`,
    networks: n === 100 ? ['10.9.0.0/16'] : [`10.0.${n}.0/24`],
    senders: ['*@contoso.com'],
  }));
  const document = policySchema.parse({
    sources,
    connectors: [{ name: 'out', route: { type: 'mx' } }],
    blocked: ['10.0.3.7', '10.0.4.0/22', '10.9.1.1', '192.0.2.1', '10.0.0.0/16'],
  });
  const [at, inTurns] = [compilePolicy(document, 1), await compilePolicyInTurns(document, 1)];
  expect(inTurns.findings).toEqual(at.findings);
  expect([...inTurns.policy.sources.keys()]).toEqual([...at.policy.sources.keys()]);
  expect(at.findings.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
    'blocked.0: 10.0.3.7 is blocked, and so are device-3, whose addresses it holds',
    'blocked.1: 10.0.4.0/22 is blocked, and so are device-4, device-5, device-6, device-7, whose addresses it holds',
    'blocked.2: 10.9.1.1 is blocked, and so are device-100, whose addresses it holds',
    'blocked.4: 10.0.0.0/16 is blocked, and so are device-0, device-1, device-2, device-3, device-4 and 114 more, whose addresses it holds',
  ]);
});
