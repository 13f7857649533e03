import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkSpf } from './spf.ts';
import { Zone, type ZoneRecords } from './zone.ts';

const zone = new Zone({
  'plain.example': ['other', 'v=spf1 ip4:192.0.2.0/24 -all'],
  'soft.example': ['v=spf1 ip4:192.0.2.1 ~all'],
  'include.example': ['v=spf1 include:plain.example ?all'],
  'broken.example': ['v=spf1 include:missing.example -all'],
  'twice.example': ['v=spf1 -all', 'v=spf1 +all'],
  'loop.example': ['v=spf1 include:loop.example -all'],
  'redirect.example': ['v=spf1 redirect=plain.example'],
  'six.example': ['v=spf1 ip6:2001:db8::/32 -all'],
  'bad.example': ['v=spf1 ip4:300.0.0.1 -all'],
  'open.example': ['v=spf1 ip4:198.51.100.1'],
  'own.example': { txt: ['v=spf1 a -all'], a: ['192.0.2.9'], aaaa: ['2001:db8::9'] },
  'near.example': ['v=spf1 a:own.example/24 -all'],
  'mail.example': { txt: ['v=spf1 mx -all'], mx: ['mx1.mail.example', 'MX2.mail.example.'] },
  'mx1.mail.example': { a: ['192.0.2.25'] },
  'mx2.mail.example': { a: ['192.0.2.26'] },
  'many.example': { txt: ['v=spf1 mx -all'], mx: Array.from({ length: 11 }, (_, n) => `mx${n}.example.net`) },
  'listed.example': ['v=spf1 exists:%{ir}.%{l}.list.example -all'],
  '5.2.0.192.ann.list.example': { a: ['127.0.0.2'] },
  'void.example': ['v=spf1 a:a.void.example a:b.void.example a:c.void.example ip4:192.0.2.3 -all'],
  'unknown.example': ['v=spf1 ip4:192.0.2.3 wildcard:x -all'],
});

describe('SPF (RFC 7208)', () => {
  it.each([
    ['an address in the network', 'PLAIN.example', '192.0.2.77', 'pass'],
    ['an address outside', 'plain.example', '192.0.3.1', 'fail'],
    ['a soft failure', 'soft.example', '192.0.2.2', 'softfail'],
    ['an included pass', 'include.example', '192.0.2.3', 'pass'],
    ['an included failure, which matches nothing (5.2)', 'include.example', '192.0.9.9', 'neutral'],
    ['an include of nothing (5.2)', 'broken.example', '192.0.2.3', 'permerror'],
    ['two records (4.5)', 'twice.example', '192.0.2.3', 'permerror'],
    ['more than ten look-ups (4.6.4)', 'loop.example', '192.0.2.3', 'permerror'],
    ['a redirect (6.1)', 'redirect.example', '192.0.2.3', 'pass'],
    ['IPv6', 'six.example', '2001:db8::9', 'pass'],
    ['IPv4 against IPv6', 'six.example', '192.0.2.3', 'fail'],
    ['an address that is none', 'bad.example', '192.0.2.3', 'permerror'],
    ['no match and no all (4.7)', 'open.example', '192.0.2.3', 'neutral'],
    ['no record (4.5)', 'none.example', '192.0.2.3', 'none'],
    ['an A record (5.3)', 'own.example', '192.0.2.9', 'pass'],
    ['an AAAA record (5.3)', 'own.example', '2001:db8::9', 'pass'],
    ['another than the A record', 'own.example', '192.0.2.8', 'fail'],
    ['the network of an A record (5.3)', 'near.example', '192.0.2.200', 'pass'],
    ['an exchange (5.4)', 'mail.example', '192.0.2.26', 'pass'],
    ['no exchange', 'mail.example', '192.0.2.27', 'fail'],
    ['eleven exchanges (4.6.4)', 'many.example', '192.0.2.26', 'permerror'],
    ['a name made by macros that exists (5.7, 7)', 'listed.example', '192.0.2.5', 'pass'],
    ['a name made by macros that does not', 'listed.example', '192.0.2.6', 'fail'],
    ['three look-ups without an answer (4.6.4)', 'void.example', '192.0.2.3', 'permerror'],
    ['a mechanism that is none (4.6)', 'unknown.example', '192.0.2.3', 'permerror'],
  ])('%s', (_why, domain, address, result) => {
    expect(checkSpf(zone, { sender: `ann@${domain}`, address, helo: 'mail.example' })).toBe(result);
  });
});

type CorpusRecord = string | Readonly<Record<string, string | readonly string[] | readonly [number, string]>>;

interface Suite {
  readonly description: string;
  readonly tests: Readonly<
    Record<
      string,
      { readonly helo: string; readonly host: string; readonly mailfrom: string; result: unknown }
    >
  >;
  readonly zonedata: Readonly<Record<string, readonly CorpusRecord[]>>;
}

const corpus = JSON.parse(
  readFileSync(new URL('../../test/corpus/spf/rfc7208-tests.json', import.meta.url), 'utf8'),
) as readonly Suite[];

/** What the stand-in's DNS has not. */
const beyond = new Map(
  Object.entries({
    'a look-up that fails': [
      'txttimeout',
      'nospftxttimeout',
      'alltimeout',
      'include-temperror',
      'exists-dnserr',
    ],
    'reverse look-ups for ptr and %{p}': [
      'ptr-match-target',
      'ptr-match-implicit',
      'ptr-match-ip6',
      'ptr-case-change',
      'p-macro-multiple',
      'bytes-bug',
    ],
    CNAME: ['cname-aliasing'],
  }).flatMap(([why, names]) => names.map((name) => [name, why])),
);

function zoneOfSuite({ zonedata }: Suite): Zone {
  const of = (records: readonly CorpusRecord[], type: string): string[] =>
    records.flatMap((record) => {
      const value = typeof record === 'string' ? undefined : record[type];
      if (value === undefined) return [];
      if (typeof value === 'string') return [value];
      return type === 'MX' ? [value[1] ?? ''] : [value.join('')];
    });
  return new Zone(
    Object.fromEntries(
      Object.entries(zonedata).map(([name, records]) => {
        const txt = of(records, 'TXT');
        const entry: ZoneRecords = {
          txt: (txt.length > 0 ? txt : of(records, 'SPF')).filter((text) => text !== 'NONE'),
          a: of(records, 'A'),
          aaaa: of(records, 'AAAA'),
          mx: of(records, 'MX'),
        };
        return [name, entry];
      }),
    ),
  );
}

describe('the test suite of RFC 7208', () => {
  const cases = corpus.flatMap((suite) =>
    Object.entries(suite.tests)
      .filter(([name]) => !beyond.has(name))
      .map(([name, one]) => ({ name: `${suite.description}: ${name}`, suite, one })),
  );
  it('is whole but for what is named', () => {
    expect(cases.length + beyond.size).toBe(203);
  });

  it.each(cases)('$name', ({ suite, one }) => {
    const sender = one.mailfrom === '' ? `postmaster@${one.helo}` : one.mailfrom;
    const found = checkSpf(zoneOfSuite(suite), { sender, address: one.host, helo: one.helo });
    expect([one.result].flat()).toContain(found);
  });
});
