import { describe, expect, test } from 'vitest';
import { instant } from '../platform/clock.ts';
import type { ClientCertificate, ClientFacts } from './client-facts.ts';
import { emptyPolicy } from './compile.ts';
import { facts, policyOf, testPasswordHash } from './policy-for-tests.ts';
import { quirksFor, recognise } from './recognise.ts';

const fingerprint = 'ab'.repeat(32);
const another = 'cd'.repeat(32);
const certificate = (about: Partial<ClientCertificate> = {}): ClientCertificate => ({
  fingerprint,
  dnsNames: [],
  trusted: false,
  ...about,
});
const login = (username: string, source: string): NonNullable<ClientFacts['login']> => ({ username, source });

const policy = policyOf(`
sources:
  - name: warehouse
    networks: [10.20.0.0/16]
    senders: ["*@contoso.com"]
  - name: warehouse-printer
    networks:
      - 10.20.0.0/28
      - { range: 10.20.4.0/28, expires: 2026-06-30, note: "pick robots" }
    senders: ["*@contoso.com"]
    quirks: [space-after-colon]
  - name: erp
    login: { username: erp, password: "${testPasswordHash}" }
    certificate: { fingerprint: "SHA256:${'AB:'.repeat(31)}AB" }
    require: [login, certificate]
    requireTls: true
    senders: ["*@contoso.com"]
  - name: crm
    login: { username: crm, password: "${testPasswordHash}" }
    networks: [192.0.2.10]
    senders: ["*@contoso.com"]
  - name: subject
    certificate: { subject: "CN=erp.contoso.com" }
    senders: ["*@contoso.com"]
  - name: san
    certificate: { subject: san.contoso.com }
    senders: ["*@contoso.com"]
  - name: gone
    networks: [198.51.100.0/24]
    expires: 2026-06-30
    senders: ["*@contoso.com"]
  - name: inside
    networks: [203.0.113.0/24]
    listeners: [internal]
    senders: ["*@contoso.com"]
  - name: both
    networks: [192.0.2.64/26]
    login: { username: both, password: "${testPasswordHash}" }
    require: [network, login]
    requireTls: true
    senders: ["*@contoso.com"]
`);

describe('who a client is', () => {
  test.each<[ClientFacts, string, string, string]>([
    [facts({ address: '10.20.0.5' }), 'warehouse-printer', 'network 10.20.0.0/28', 'the longest prefix wins'],
    [
      facts({ address: '10.20.0.16' }),
      'warehouse',
      'network 10.20.0.0/16',
      'outside it the wider network holds',
    ],
    [
      facts({ address: '10.20.4.1' }),
      'warehouse',
      'network 10.20.0.0/16',
      'an entry that ended is no candidate',
    ],
    [facts({ address: '::ffff:10.20.0.5' }), 'warehouse-printer', 'network 10.20.0.0/28', 'IPv4-mapped'],
    [
      facts({ address: '203.0.113.9', login: login('crm', 'crm') }),
      'crm',
      'login crm',
      'a login from anywhere',
    ],
    [
      facts({ address: '10.20.0.5', login: login('crm', 'crm') }),
      'crm',
      'login crm',
      'a login is stronger than an address',
    ],
    [
      facts({
        address: '10.20.0.5',
        tls: true,
        login: login('crm', 'crm'),
        certificate: certificate({ fingerprint: another, commonName: 'ERP.contoso.com', trusted: true }),
      }),
      'subject',
      'certificate CN=ERP.contoso.com',
      'a certificate is stronger than a login, and case does not count',
    ],
    [
      facts({
        address: '203.0.113.9',
        tls: true,
        certificate: certificate({
          fingerprint: another,
          dnsNames: ['x.example', 'San.Contoso.com'],
          trusted: true,
        }),
      }),
      'san',
      'certificate San.Contoso.com',
      'one of several DNS names',
    ],
    [
      facts({ address: '203.0.113.9', tls: true, login: login('erp', 'erp'), certificate: certificate() }),
      'erp',
      'certificate sha256:abababababababab…',
      'both that are required; a pin needs no CA, and colons and case do not count',
    ],
    [
      facts({ address: '203.0.113.9', listener: 'internal' }),
      'inside',
      'network 203.0.113.0/24',
      'on its listener',
    ],
    [
      facts({ address: '192.0.2.70', tls: true, login: login('both', 'both') }),
      'both',
      'login both',
      'network and login',
    ],
  ])('%j is %s by %s', (who, name, rule, _reason) => {
    const found = recognise(policy, who);
    expect(found.kind === 'source' ? [found.source.name, found.rule] : found.refusal).toEqual([name, rule]);
  });
});

describe('who is refused', () => {
  test.each<[ClientFacts, number, string, string]>([
    [
      facts({ address: '203.0.113.9' }),
      550,
      'no-source',
      'inside is known on listener internal only, not on devices. Nothing else identifies this client; to let it in, add devices to the listeners of inside',
    ],
    [
      facts({ address: '198.51.100.7' }),
      550,
      'no-source',
      'the permission of gone ended on 2026-06-30. Nothing else identifies this client; to let it in, give gone a later "expires", or none',
    ],
    [
      facts({ address: '10.21.0.0' }),
      550,
      'no-source',
      '10.21.0.0 is one address outside warehouse 10.20.0.0/16; to let it in, add 10.21.0.0 to the networks of warehouse',
    ],
    [
      facts({ address: '203.0.114.1' }),
      550,
      'no-source',
      '203.0.114.1 is 2 addresses outside inside 203.0.113.0/24; to let it in, add 203.0.114.1 to the networks of inside',
    ],
    [
      facts({ address: '2001:db8::1' }),
      550,
      'no-source',
      'no source has a network that could hold 2001:db8::1; add 2001:db8::1 to the networks of a source, or give the client a login',
    ],
    [
      facts({
        address: '203.0.113.9',
        tls: true,
        certificate: certificate({ commonName: 'erp.contoso.com' }),
      }),
      530,
      'login-required',
      'erp must show login and certificate: the client has not logged in as erp',
    ],
    [
      facts({
        address: '8.8.8.8',
        tls: true,
        certificate: certificate({ fingerprint: another, commonName: 'erp.contoso.com' }),
      }),
      550,
      'no-source',
      'the certificate CN=erp.contoso.com names subject, but no CA of tls.clientCa vouches for it or it is outside its validity. Nothing else identifies this client',
    ],
    [
      facts({ address: '10.20.0.5', login: login('erp', 'erp'), tls: true }),
      550,
      'certificate-required',
      'erp must show login and certificate: the client showed no certificate',
    ],
    [
      facts({ address: '10.20.0.5', login: login('erp', 'erp') }),
      530,
      'certificate-required',
      'erp must show login and certificate: the client showed no certificate',
    ],
    [
      facts({ address: '192.0.2.70' }),
      530,
      'login-required',
      'both must show network and login: the client has not logged in as both',
    ],
    [
      facts({ address: '10.20.0.5', tls: true, login: login('both', 'both') }),
      550,
      'network-required',
      'both must show network and login: 10.20.0.5 is in none of its networks (192.0.2.64/26)',
    ],
    [
      facts({ address: '192.0.2.70', login: login('both', 'both') }),
      530,
      'tls-required',
      'both has "requireTls" and the client came without TLS: switch it on in the client, or take "requireTls" away',
    ],
  ])('%j: %d %s', (who, code, rule, explanation) => {
    const found = recognise(policy, who);
    expect(found).toMatchObject({ kind: 'stranger', refusal: { code, rule, explanation } });
    // What a stranger hears names no source, no rule and no network.
    const heard = found.kind === 'stranger' ? found.refusal.text : '';
    expect(heard).toMatch(
      /^(Not authorised to relay from [0-9a-f.:]+|Authentication required|Must issue a STARTTLS command first)$/,
    );
  });
});

test('the explanation of a choice names what it was stronger than', () => {
  const found = recognise(policy, facts({ address: '10.20.0.5' }));
  expect(found.kind === 'source' && found.explanation).toBe(
    'warehouse-printer by its address 10.20.0.5 in 10.20.0.0/28; more specific than warehouse by its address 10.20.0.5 in 10.20.0.0/16',
  );
});

test('an entry that ended is named where another one holds', () => {
  const found = recognise(policy, facts({ address: '10.20.4.1' }));
  expect(found.kind === 'source' && found.explanation).toContain(
    'the permission of warehouse-printer for 10.20.4.0/28 (pick robots) ended on 2026-06-30',
  );
});

test('a date is valid through the end of its day, UTC', () => {
  const at = (time: string) =>
    recognise(policy, facts({ address: '198.51.100.7', at: instant(Date.parse(time)) })).kind;
  expect(at('2026-06-30T23:59:59.999Z')).toBe('source');
  expect(at('2026-07-01T00:00:00Z')).toBe('stranger');
});

test('a login of a source that the policy has since given another name is none', () => {
  const found = recognise(policy, facts({ address: '8.8.8.8', login: login('old-name', 'crm') }));
  expect(found).toMatchObject({ kind: 'stranger', refusal: { rule: 'no-source' } });
});

test('D17: an empty policy knows nobody', () => {
  for (const address of ['127.0.0.1', '::1', '10.0.0.1', '0.0.0.0']) {
    const found = recognise(
      emptyPolicy,
      facts({ address, tls: true, login: login('a', 'a'), certificate: certificate({ trusted: true }) }),
    );
    expect(found).toMatchObject({
      kind: 'stranger',
      refusal: { kind: 'refuse', code: 550, enhanced: '5.7.1' },
    });
  }
});

test('of two sources of one range the one that is satisfied is taken', () => {
  const twins = policyOf(`
sources:
  - name: with-login
    networks: [10.0.0.0/24]
    login: { username: a, password: "${testPasswordHash}" }
    require: [network, login]
    senders: ["*@contoso.com"]
  - name: plain
    networks: [10.0.0.0/24]
    senders: ["*@contoso.com"]
`);
  const name = (who: ClientFacts) => {
    const found = recognise(twins, who);
    return found.kind === 'source' ? found.source.name : found.refusal.rule;
  };
  expect(name(facts({ address: '10.0.0.9' }))).toBe('plain');
  expect(name(facts({ address: '10.0.0.9', login: login('a', 'with-login') }))).toBe('with-login');
});

describe('quirks are known by address alone', () => {
  test('those of the most specific network', () => {
    expect([...quirksFor(policy, '10.20.0.5', 'devices')]).toEqual(['space-after-colon']);
    expect([...quirksFor(policy, '10.20.0.16', 'devices')]).toEqual([]);
    expect([...quirksFor(policy, '8.8.8.8', 'devices')]).toEqual([]);
  });
  test('not those of an entry that ended, where a moment is given', () => {
    const after = instant(Date.parse('2026-07-01T00:00:00Z'));
    expect([...quirksFor(policy, '10.20.4.1', 'devices', after)]).toEqual([]);
    expect([...quirksFor(policy, '10.20.4.1', 'devices')]).toEqual(['space-after-colon']);
  });
});
