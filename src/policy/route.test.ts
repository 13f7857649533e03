import { describe, expect, test } from 'vitest';
import { mailbox } from '../protocol/address.ts';
import { emptyPolicy } from './compile.ts';
import type { RouteQuestion } from './policy.ts';
import { policyOf } from './policy-for-tests.ts';
import type { RouteDecision } from './route.ts';
import { routeFor } from './route.ts';

const policy = policyOf(`
sources:
  - { name: erp, networks: [10.0.0.1], senders: ["*@contoso.com"] }
  - { name: printer, networks: [10.0.0.2], senders: ["*@contoso.com"] }
connectors:
  - { name: everything, route: { type: smart-host, hosts: [mail.example.net] }, fallback: backup }
  - { name: backup, addressSpaces: [{ pattern: "*", cost: 50 }], route: { type: smart-host, hosts: [backup.example.net] }, fallback: last }
  - { name: last, addressSpaces: [{ pattern: nowhere.example }], sources: [erp], route: { type: mx } }
  - { name: partner, addressSpaces: [{ pattern: partner.example }, { pattern: "*.partner.example", cost: 20 }], route: { type: mx }, suspended: true }
  - { name: partner-cheap, addressSpaces: [{ pattern: "*.partner.example", cost: 5 }], route: { type: mx } }
  - { name: deep, addressSpaces: [{ pattern: "*.deep.partner.example", cost: 900 }], route: { type: mx } }
  - { name: erp-only, addressSpaces: [{ pattern: erp.example }], sources: [erp], route: { type: mx } }
  - { name: notices, addressSpaces: [{ pattern: notices.example }], senders: ["<>"], route: { type: mx } }
  - { name: as-boss, addressSpaces: [{ pattern: sender.example }], senders: ["boss@contoso.com"], route: { type: mx } }
`);

function ask(about: Partial<RouteQuestion> & { to: string }): RouteDecision {
  const { to, ...rest } = about;
  return routeFor(policy, {
    source: 'printer',
    sender: mailbox('a@contoso.com'),
    recipient: mailbox(to),
    ...rest,
  });
}

function names(decision: RouteDecision): string {
  return decision.kind === 'connectors' ? decision.names.join(' ') : 'none';
}

describe('which connector', () => {
  test.each<[Partial<RouteQuestion> & { to: string }, string, string]>([
    [
      { to: 'x@elsewhere.example' },
      'everything backup',
      'the star; a fallback that the source may not use is passed over',
    ],
    [
      { to: 'x@elsewhere.example', source: 'erp' },
      'everything backup last',
      'the fallbacks of the fallback, whatever their address space',
    ],
    [{ to: 'x@partner.example' }, 'partner', 'a domain beats the star'],
    [{ to: 'x@PARTNER.example' }, 'partner', 'case does not count'],
    [{ to: 'x@a.partner.example' }, 'partner-cheap', 'of equal patterns the cheaper'],
    [{ to: 'x@a.deep.partner.example' }, 'deep', 'the longer suffix, whatever its cost'],
    [{ to: 'x@erp.example' }, 'everything backup', 'a connector for another source is not asked'],
    [{ to: 'x@erp.example', source: 'erp' }, 'erp-only', 'its own source'],
    [{ to: 'x@notices.example' }, 'everything backup', 'only the null sender'],
    [{ to: 'x@notices.example', sender: null }, 'notices', 'the null sender'],
    [{ to: 'x@sender.example' }, 'everything backup', 'another sender'],
    [{ to: 'x@sender.example', sender: mailbox('Boss@contoso.com') }, 'as-boss', 'the sender'],
    [{ to: 'x@elsewhere.example', sender: null }, 'everything backup', 'a star holds the null sender'],
    [{ to: 'x@[192.0.2.1]' }, 'everything backup', 'an address literal'],
    [{ to: 'x@elsewhere.example', reroute: 'erp-only' }, 'erp-only', 'an operator chose'],
    [{ to: 'x@elsewhere.example', reroute: 'gone' }, 'none', 'an operator chose what is no more'],
  ])('%j goes by %s: %s', (question, expected, _reason) => {
    expect(names(ask(question))).toBe(expected);
  });
});

describe('why', () => {
  test.each<[Partial<RouteQuestion> & { to: string }, string]>([
    [
      { to: 'x@partner.example' },
      'partner: its address space "partner.example" (cost 10) holds partner.example, more specific than "*" of everything; partner is suspended in the policy',
    ],
    [
      { to: 'x@a.partner.example' },
      'partner-cheap: its address space "*.partner.example" (cost 5) holds a.partner.example, cheaper than partner (cost 20)',
    ],
    [
      { to: 'x@elsewhere.example' },
      'everything: its address space "*" (cost 10) holds elsewhere.example, cheaper than backup (cost 50); then backup; passed over: last (its "sources" do not name printer)',
    ],
    [
      { to: 'x@y.example', reroute: 'partner' },
      'an operator chose partner; partner is suspended in the policy',
    ],
    [{ to: 'x@y.example', reroute: 'gone' }, 'an operator chose gone, which the policy no longer has'],
  ])('%j', (question, explanation) => {
    expect(ask(question).explanation).toBe(explanation);
  });
});

describe('notices of our own', () => {
  const narrow = policyOf(`
sources: [{ name: erp, networks: [10.0.0.1], senders: ["*@contoso.com"] }]
connectors: [{ name: only, sources: [erp], route: { type: mx } }]
`);
  test('go by a connector that is open to all sources', () => {
    expect(names(ask({ to: 'x@erp.example', source: undefined, sender: null }))).toBe(
      'everything backup last',
    );
  });
  test('or by any that holds the domain, rather than not at all', () => {
    const decision = routeFor(narrow, {
      source: undefined,
      sender: null,
      recipient: mailbox('a@contoso.com'),
    });
    expect(names(decision)).toBe('only');
    expect(decision.explanation).toContain('this is a notice of ours');
  });
  test('mail of another source does not', () => {
    const decision = routeFor(narrow, {
      source: 'stranger',
      sender: mailbox('a@b.example'),
      recipient: mailbox('a@contoso.com'),
    });
    expect(decision).toEqual({
      kind: 'none',
      explanation:
        'no connector for contoso.com takes it; passed over: only (its "sources" do not name stranger)',
      passedOver: [{ connector: 'only', code: 'source', reason: 'its "sources" do not name stranger' }],
    });
  });
});

test('without connectors there is no route, and it is said', () => {
  const decision = routeFor(emptyPolicy, { source: 'a', sender: null, recipient: mailbox('a@b.example') });
  expect(decision).toEqual({
    kind: 'none',
    explanation: 'the policy has no connectors; add one',
    passedOver: [],
  });
});

test('the order of the document decides between equals', () => {
  const equals = policyOf(`
connectors:
  - { name: zeta, route: { type: mx } }
  - { name: alpha, route: { type: mx } }
`);
  const decision = routeFor(equals, { source: 'a', sender: null, recipient: mailbox('a@b.example') });
  expect(names(decision)).toBe('zeta');
  expect(decision.explanation).toContain('before alpha of the same cost in the order of the document');
});

test('a fallback is open to the message also where the rules were copied after compiling', () => {
  const copied = {
    ...policy,
    connectors: new Map(Array.from(policy.connectors, ([name, rule]) => [name, { ...rule }])),
  };
  const decision = routeFor(copied, {
    source: 'printer',
    sender: mailbox('a@contoso.com'),
    recipient: mailbox('someone@elsewhere.example'),
  });
  expect(decision).toMatchObject({ kind: 'connectors', names: ['everything', 'backup'] });
});
