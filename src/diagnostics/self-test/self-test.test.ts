/** What counts as relaying (RFC 5321 3.6.1: a 2yz to RCPT takes responsibility), and what the probes put on the wire. */
import { describe, expect, test } from 'vitest';
import { instant } from '../../platform/clock.ts';
import { policySchema } from '../../config/policy-schema.ts';
import { compilePolicy, emptyPolicy } from '../../policy/compile.ts';
import { probesFor } from './probes.ts';
import { judge, selfTest } from './self-test.ts';

const said = (mail: string, rcpt?: string) => [
  { line: 'EHLO x', reply: '250 ready' },
  { line: 'MAIL FROM:<a@b.example>', reply: mail },
  ...(rcpt === undefined ? [] : [{ line: 'RCPT TO:<c@d.example>', reply: rcpt }]),
];

describe('an answer', () => {
  test.each([
    ['550 5.7.1 no', '503 5.5.1 first MAIL', 'refused'],
    ['250 2.1.0 ok', '550 5.7.1 no', 'refused'],
    ['250 2.1.0 ok', '451 4.7.1 later', 'deferred'],
    ['250 2.1.0 ok', '250 2.1.5 ok', 'taken'],
    ['250 2.1.0 ok', '251 will forward', 'taken'],
  ] as const)('MAIL %s, RCPT %s is %s', (mail, rcpt, verdict) => {
    expect(judge(said(mail, rcpt))).toBe(verdict);
  });

  test('MAIL alone lets nothing out', () => {
    expect(judge(said('421 4.7.0 go away'))).toBe('deferred');
    expect(judge([])).toBe('refused');
  });
});

test('every probe has a name of its own and a path in brackets', () => {
  const probes = probesFor('contoso.com', '2001:db8::1');
  expect(new Set(probes.map(({ id }) => id)).size).toBe(probes.length);
  for (const { sender, recipient } of probes) {
    expect(sender).toMatch(/^<.*>$/);
    expect(recipient).toMatch(/^<.+>$/);
  }
  // RFC 5321 4.1.3.
  expect(probes.find(({ id }) => id === 'own-literal')?.recipient).toContain('@[IPv6:2001:db8::1]');
});

test('a relay that takes one probe of many is found', async () => {
  const [result] = await selfTest({
    policy: emptyPolicy,
    now: instant(0),
    domain: 'contoso.com',
    listeners: [{ name: 'devices', address: '127.0.0.1' }],
    talk: (_listener, _address, lines) =>
      Promise.resolve(
        lines.map((line) => ({
          line,
          reply: line.startsWith('RCPT') && !line.includes('%') ? '550 5.7.1 no' : '250 2.0.0 ok',
        })),
      ),
  });
  const taken = result?.probes.filter(({ verdict }) => verdict === 'taken').map(({ id }) => id);
  expect(taken).toEqual(['percent-hack', 'own-literal']);
});

test.each([
  [['0.0.0.0/0'], '203.0.113.77', 'everybody'],
  [['::/0'], '2001:db8::77', 'everybody'],
  [['0.0.0.0/0', '::/0'], '203.0.113.77', 'everybody'],
  [['10.0.0.0/24'], '203.0.113.77', undefined],
  // One unknown address that is a stranger is enough to ask as.
  [['203.0.113.0/24'], '198.51.100.77', undefined],
])('with a source for %j the probes come from %s, taken for %s', async (ranges, address, takenFor) => {
  const { policy } = compilePolicy(
    policySchema.parse({
      sources: [
        { name: 'everybody', networks: ranges.map((range) => ({ range, dangerous: true })), senders: ['*'] },
      ],
      connectors: [],
    }),
    1,
  );
  const asked = new Set<string>();
  const [result] = await selfTest({
    policy,
    now: instant(0),
    domain: 'contoso.com',
    listeners: [{ name: 'devices', address: '127.0.0.1' }],
    talk: (_listener, from, lines) => {
      asked.add(from);
      return Promise.resolve(lines.map((line) => ({ line, reply: '550 5.7.1 no' })));
    },
  });
  expect([result?.address, result?.takenFor, ...asked]).toEqual([address, takenFor, address]);
});
