/** Conditions, limits of routes, order of fallbacks, tenants and quotas in the choice of a connector. */
import { describe, expect, test } from 'vitest';
import { mailbox } from '../protocol/address.ts';
import type { QuotaOutlook, RouteQuestion } from './policy.ts';
import { compiled, policyOf } from './policy-for-tests.ts';
import { quotaPatienceMs } from './route-preference.ts';
import type { RouteDecision } from './route.ts';
import { routeFor } from './route.ts';

type Question = Partial<Omit<RouteQuestion, 'recipient'>> & { readonly to: string };

function asked(yaml: string): (question: Question) => RouteDecision {
  const policy = policyOf(yaml);
  return ({ to, ...rest }) =>
    routeFor(policy, { source: 'erp', sender: mailbox('a@contoso.com'), recipient: mailbox(to), ...rest });
}

function shown(decision: RouteDecision): string {
  return decision.kind === 'connectors'
    ? decision.names.join(' ')
    : `none ${decision.limit?.code ?? ''}`.trim();
}

function passed({ passedOver }: RouteDecision): string[] {
  return passedOver.map(({ connector, code }) => `${connector} ${code}`);
}

const password = 'credential: { type: password, username: hve@contoso.com, password: test-value }';
const oauth = 'credential: { type: oauth, tenantId: contoso.com, clientId: a, secret: test-value }';
const hve = `route: { type: smtp-submission, service: high-volume-email, ${password} }`;
const graph = `route: { type: graph, mailbox: relay@contoso.com, ${oauth} }`;

describe('conditions and limits', () => {
  const ask = asked(`
tenant: { domain: contoso.com, acceptedDomains: [bücher.example] }
sources: [{ name: erp, networks: [10.0.0.1], senders: ["*@contoso.com"] }]
connectors:
  - { name: inside, recipients: internal, messageBytes: { atMost: 1000 }, ${hve} }
  - { name: hve, addressSpaces: [{ pattern: "*", cost: 11 }], ${hve} }
  - { name: graph, addressSpaces: [{ pattern: "*", cost: 12 }], ${graph}, fallback: large }
  - { name: large, addressSpaces: [{ pattern: nowhere.example }], route: { type: exchange-online, host: h.example } }
  - { name: huge, addressSpaces: [{ pattern: "*", cost: 13 }], recipients: external, messageBytes: { atLeast: 5 MB }, route: { type: mx } }
`);
  test.each<[Question, string, string[]]>([
    [{ to: 'b@contoso.com', bytes: 1000 }, 'inside', []],
    [{ to: 'b@xn--bcher-kva.example', bytes: 1 }, 'inside', []],
    [{ to: 'b@contoso.com', bytes: 1001 }, 'hve', ['inside message-bytes']],
    // HVE: 10 MB, internal recipients. Graph: MIME to 2.2 MB.
    [
      { to: 'b@contoso.com', bytes: 10_000_001 },
      'large',
      ['inside message-bytes', 'hve message-too-large', 'graph message-too-large'],
    ],
    [{ to: 'b@fabrikam.com', bytes: 1 }, 'graph large', ['inside recipients', 'hve external-recipient']],
    [{ to: 'b@fabrikam.com' }, 'graph large', ['inside recipients', 'hve external-recipient']],
    [
      { to: 'b@fabrikam.com', bytes: 2_200_001 },
      'large',
      ['inside recipients', 'hve external-recipient', 'graph message-too-large'],
    ],
    // To the tenant itself nothing is relayed, so nobody asks whose mail the null sender is.
    [
      { to: 'b@contoso.com', bytes: 10_000_001, sender: null },
      'large',
      ['inside message-bytes', 'hve message-too-large', 'graph message-too-large'],
    ],
    // Without a certificate Exchange Online relays no null sender; the next that can take it is "huge".
    [
      { to: 'b@fabrikam.com', bytes: 6_000_000, sender: null },
      'huge',
      [
        'inside recipients',
        'hve external-recipient',
        'graph message-too-large',
        'large null-sender-needs-certificate',
      ],
    ],
    [
      { to: 'b@fabrikam.com', bytes: 3_000_000, sender: null },
      'none external-recipient',
      [
        'inside recipients',
        'hve external-recipient',
        'graph message-too-large',
        'large null-sender-needs-certificate',
        'huge message-bytes',
      ],
    ],
  ])('%j: %s', (question, names, over) => {
    const decision = ask(question);
    expect(shown(decision)).toBe(names);
    expect(passed(decision)).toEqual(over);
    for (const { connector, reason } of decision.passedOver) {
      expect(decision.explanation).toContain(`${connector} (${reason})`);
    }
  });
  test('the tenant of the chosen connector is said', () => {
    expect(ask({ to: 'b@contoso.com' })).toMatchObject({ chosen: 'inside', tenant: 'contoso.com' });
  });
});

describe('fallbacks', () => {
  const yaml = (first: string, more = ''): string => `
connectors:
  - { name: a, route: { type: mx }, ${first} }
  - { name: b, addressSpaces: [{ pattern: b.example }], route: { type: mx }, fallback: d, allowLessSecureFallback: true }
  - { name: c, addressSpaces: [{ pattern: c.example }], route: { type: mx }${more} }
  - { name: d, addressSpaces: [{ pattern: d.example }], route: { type: mx }, tls: opportunistic, fallback: e, allowLessSecureFallback: true }
  - { name: e, addressSpaces: [{ pattern: e.example }], route: { type: mx }, tls: off }
`;
  const faults = (text: string): string[] =>
    compiled(text)
      .findings.filter(({ severity, path }) => severity !== 'warning' && path[1] === 0)
      .map(({ severity, path, message }) => `${severity} ${path.slice(2).join('.')}: ${message}`);

  test('its own in their order, then theirs; less secure ones of others do not become its own', () => {
    const decision = asked(yaml('fallback: [c, b]'))({ to: 'x@y.example' });
    expect(shown(decision)).toBe('a c b');
    expect(passed(decision)).toEqual(['d less-secure']);
  });
  test('with the word all of them', () => {
    const text = yaml('fallback: [c, b], allowLessSecureFallback: true');
    expect(shown(asked(text)({ to: 'x@y.example' }))).toBe('a c b d e');
    const direct = yaml('fallback: [b, e], allowLessSecureFallback: true');
    expect(faults(direct)).toEqual([
      'danger fallback.1: a: when it cannot deliver, mail leaves by e, which is less secure: its TLS is off and not required',
    ]);
  });
  test('without the word it is an error, and the compiled policy has no such step', () => {
    const text = yaml('fallback: [d, c]');
    expect(faults(text)).toEqual([
      'error fallback.0: d is less secure than a: its TLS is opportunistic and not required',
    ]);
    const { policy } = compiled(text);
    const decision = routeFor(policy, { source: 'x', sender: null, recipient: mailbox('x@y.example') });
    expect(shown(decision)).toBe('a c');
  });
  test.each([
    [
      'tls: opportunistic, fallback: e',
      'error fallback: e is less secure than a: its TLS is off and not opportunistic',
    ],
    ['fallback: [c, c]', 'error fallback.1: c stands in the list twice'],
    ['fallback: [c, nowhere]', 'error fallback.1: there is no connector "nowhere"'],
    ['fallback: a', 'error fallback: the fallbacks run in a circle: a → a'],
  ])('%s', (first, fault) => {
    expect(faults(yaml(first))).toContain(fault);
  });
  test('a circle through the second of a list', () => {
    expect(faults(yaml('fallback: [b, c]', ', fallback: [e, a]'))).toContain(
      'error fallback.1: the fallbacks run in a circle: a → c → a',
    );
  });
  test('a next hop that does not know whose mail it is is less secure than one that does', () => {
    const connectors = (login: string): string => `
connectors:
  - { name: a, route: { type: smart-host, hosts: [h.example], login: { username: u, password: test-value } }, fallback: b }
  - { name: b, addressSpaces: [{ pattern: b.example }], route: { type: smart-host, hosts: [i.example]${login} } }
`;
    expect(faults(connectors(''))).toEqual([
      'error fallback: b is less secure than a: its next hop does not know whose mail it is: it has neither login nor client certificate',
    ]);
    expect(faults(connectors(', login: { username: v, password: test-value }'))).toEqual([]);
  });
});

describe('quotas', () => {
  const equals = `
connectors:
  - { name: one, ${graph} }
  - { name: two, ${graph} }
  - { name: dear, addressSpaces: [{ pattern: "*", cost: 20 }], ${graph} }
`;
  const outlooks =
    (one: QuotaOutlook, two: QuotaOutlook = { kind: 'room' }) =>
    (name: string): QuotaOutlook =>
      name === 'one' ? one : name === 'two' ? two : { kind: 'room' };
  const wait = (waitMs: number): QuotaOutlook => ({ kind: 'wait', waitMs, quota: 'of mailbox x' });
  const recovering: QuotaOutlook = { kind: 'recovering', quota: 'of mailbox x' };
  const { normal, priority } = quotaPatienceMs;
  test.each<[string, Partial<RouteQuestion>, string, string?]>([
    ['nothing known', {}, 'one'],
    ['room in both', { outlook: outlooks({ kind: 'room' }) }, 'one'],
    ['a short wait', { outlook: outlooks(wait(normal)) }, 'one'],
    ['a longer wait', { outlook: outlooks(wait(normal + 1)) }, 'two', 'one quota'],
    ['bulk waits', { priority: 'bulk', outlook: outlooks(wait(1e9)) }, 'one'],
    [
      'priority waits for less',
      { priority: 'priority', outlook: outlooks(wait(priority + 1)) },
      'two',
      'one quota',
    ],
    ['both wait: the order of the document', { outlook: outlooks(wait(1e9), wait(1e8)) }, 'one', 'two quota'],
    [
      'little room again is not yet a reason to go back',
      { outlook: outlooks(recovering) },
      'two',
      'one quota',
    ],
    ['little room is better than none', { outlook: outlooks(wait(1e9), recovering) }, 'two', 'one quota'],
  ])('%s', (_, question, chosen, over) => {
    const decision = asked(equals)({ to: 'x@y.example', ...question });
    expect(decision).toMatchObject({ chosen });
    expect(passed(decision)).toEqual(over === undefined ? [] : [over]);
  });
  test('cost is a preference that quota does not change', () => {
    const decision = asked(equals)({ to: 'x@y.example', outlook: outlooks(wait(1e9), wait(1e9)) });
    expect(decision).toMatchObject({ chosen: 'one' });
  });
});

const two = (more = ''): string => `
tenants:
  - { name: contoso, domain: contoso.com, acceptedDomains: [contoso.onmicrosoft.com] }
  - { name: fabrikam, domain: fabrikam.com, cloud: gcc-high }
connectors:
  - { name: c, tenant: contoso, route: { type: exchange-online, host: c.example, certificate: ./c.pem, key: ./c.key } }
  - { name: f, tenant: fabrikam, route: { type: exchange-online, host: f.example, certificate: ./f.pem, key: ./f.key }${more} }
`;

describe('several tenants', () => {
  const ask = asked(two());
  test.each<[Question, string, string | undefined]>([
    [{ to: 'x@y.example' }, 'c', 'contoso'],
    [{ to: 'x@y.example', sender: mailbox('a@CONTOSO.onmicrosoft.com') }, 'c', 'contoso'],
    [{ to: 'x@y.example', sender: mailbox('a@fabrikam.com') }, 'f', 'fabrikam'],
    [{ to: 'x@contoso.com', sender: mailbox('a@fabrikam.com') }, 'f', 'fabrikam'],
    [{ to: 'x@y.example', sender: mailbox('a@elsewhere.example') }, 'c', 'contoso'],
    [{ to: 'x@fabrikam.com', sender: null, source: undefined }, 'f', 'fabrikam'],
    [{ to: 'x@contoso.com', sender: null }, 'c', 'contoso'],
    [{ to: 'x@y.example', sender: mailbox('a@fabrikam.com'), reroute: 'c' }, 'none', undefined],
  ])('%j', (question, names, tenant) => {
    const decision = ask(question);
    expect(shown(decision)).toBe(names);
    expect(decision).toMatchObject(tenant === undefined ? {} : { tenant });
  });
  test('another tenant takes it only where its "senders" name the domain', () => {
    const alone = (senders: string): RouteDecision =>
      asked(
        two(`, addressSpaces: [{ pattern: y.example }], senders: [${senders}]`).replace(
          'name: c,',
          'name: c, suspended: true, addressSpaces: [{ pattern: z.example }],',
        ),
      )({ to: 'x@y.example' });
    expect(passed(alone('"*"'))).toEqual(['f tenant']);
    expect(alone('"*"').explanation).toContain(
      'a@contoso.com is of contoso; where that is meant, name "*@contoso.com"',
    );
    expect(shown(alone('"*", "*@contoso.com"'))).toBe('f');
  });
  test('a fallback in another tenant is not used', () => {
    const yaml = two().replace('name: c,', 'name: c, fallback: f,');
    expect(shown(asked(yaml)({ to: 'x@y.example' }))).toBe('c');
    expect(compiled(yaml).findings.map(({ message }) => message)).toContain(
      'f sends for the tenant fabrikam, and c for contoso: mail of contoso follows only where "senders" of f names its domain',
    );
  });
  test.each([
    [
      two().replace('fabrikam.com,', 'fabrikam.com, acceptedDomains: [Contoso.com],'),
      'Contoso.com is also an accepted domain of the tenant contoso',
    ],
    [two().replace('tenant: fabrikam', 'tenant: fabricam'), 'there is no tenant "fabricam"'],
    [
      two().replace(' tenant: fabrikam,', ''),
      'there are several tenants, and nothing says to which this connector belongs',
    ],
    [`tenant: { domain: adatum.com }${two()}`, '"tenant" and "tenants" exclude each other'],
    [
      two().replace('name: fabrikam', 'name: Contoso'),
      'the name "Contoso" is used twice, first by tenants[0]',
    ],
    [two().replace('domain: fabrikam.com', 'domain: "fabri kam"'), '"fabri kam" is not a domain'],
    [
      two().replace('host: f.example', 'host: fabrikam-com.mail.protection.outlook.com'),
      'fabrikam-com.mail.protection.outlook.com belongs to the cloud worldwide, and "tenant.cloud" is gcc-high',
    ],
    [
      'connectors: [{ name: a, recipients: internal, route: { type: mx } }]',
      'nothing says which recipients are internal',
    ],
    [
      `tenant: { domain: contoso.com }\nconnectors: [{ name: a, recipients: external, ${hve} }]`,
      'High Volume Email sends to recipients of the tenant only, so nothing could leave by this connector',
    ],
    [
      'connectors: [{ name: a, messageBytes: { atLeast: 2, atMost: 1 }, route: { type: mx } }]',
      'no message can be as large as 2 and no larger than 1 octets ("atMost")',
    ],
    ['connectors: [{ name: a, tenant: contoso, route: { type: mx } }]', 'there is no tenant "contoso"'],
  ])('%#: faulty', (yaml, message) => {
    const errors = compiled(yaml).findings.filter(({ severity }) => severity === 'error');
    expect(errors.map((one) => one.message)).toContain(message);
  });
});
