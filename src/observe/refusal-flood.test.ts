import { describe, expect, test } from 'vitest';
import { FakeClock } from '../platform/fake-clock.ts';
import type { RefusalEvent } from './refusal-flood.ts';
import { RefusalFlood } from './refusal-flood.ts';

const bounds = { windowMs: 60_000, perAddressMax: 2, overallMax: 5, addressesMax: 4 };

function refusal(address: string, more: { source?: string; rule?: string } = {}): RefusalEvent {
  return {
    kind: 'refused',
    ref: 'R',
    address,
    listener: 'l',
    stage: 'rcpt',
    reply: '550',
    explanation: 'e',
    rule: 'no-source',
    ...more,
  };
}

const badLogin = (address: string): RefusalEvent => ({
  kind: 'login-failed',
  ref: 'R',
  address,
  listener: 'l',
  username: 'u',
  rule: 'password',
  explanation: 'e',
});

/** Gives each in turn, at its second; the answers as one letter each: w(ritten) or s(uppressed). */
async function answers(flood: RefusalFlood, given: readonly (readonly [second: number, RefusalEvent])[]) {
  const clock = new FakeClock(0);
  let text = '';
  for (const [second, event] of given) {
    await clock.advance(second * 1000 - clock.now());
    text += flood.admits(event, clock.now()) ? 'w' : 's';
  }
  return { text, clock };
}

const at = (second: number, event: RefusalEvent) => [second, event] as const;

describe('what is written one by one', () => {
  test.each([
    [
      'the first of an address, then none',
      [0, 1, 2, 3].map((second) => at(second, refusal('192.0.2.1'))),
      'wwss',
    ],
    [
      'again once a minute is over since the first',
      [0, 1, 59.999, 60].map((second) => at(second, refusal('192.0.2.1'))),
      'wwsw',
    ],
    [
      'each IPv4 address for itself',
      ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2'].map((a) => at(0, refusal(a))),
      'wwsw',
    ],
    [
      'all addresses of one /64 together',
      ['2001:db8::1', '2001:db8::2', '2001:db8::ffff:3', '2001:db8:0:1::1'].map((a) => at(0, refusal(a))),
      'wwsw',
    ],
    [
      'refusals and failed logins each for itself',
      [refusal('192.0.2.1'), refusal('192.0.2.1'), refusal('192.0.2.1'), badLogin('192.0.2.1')].map((e) =>
        at(0, e),
      ),
      'wwsw',
    ],
    [
      'a known source whatever a stranger at its address does',
      [undefined, undefined, undefined, 'erp'].map((source) =>
        at(0, refusal('192.0.2.1', source === undefined ? {} : { source })),
      ),
      'wwsw',
    ],
    [
      'five of all strangers together',
      [1, 2, 3, 4, 5, 6, 7].map((host) => at(0, refusal(`192.0.2.${host}`))),
      'wwwwwss',
    ],
    [
      'a known source while strangers have used up theirs',
      [
        ...[1, 2, 3, 4, 5, 6].map((host) => at(0, refusal(`192.0.2.${host}`))),
        at(0, refusal('192.0.2.7', { source: 'erp' })),
      ],
      'wwwwwsw',
    ],
    [
      'again for all after a minute',
      [...[1, 2, 3, 4, 5, 6].map((host) => at(0, refusal(`192.0.2.${host}`))), at(60, refusal('192.0.2.9'))],
      'wwwwwsw',
    ],
  ])('%s', async (_, given, expected) => {
    expect((await answers(new RefusalFlood(bounds), given)).text).toBe(expected);
  });
});

describe('summaries', () => {
  test('tell address, number and last rule once, when the minute is over', async () => {
    const flood = new RefusalFlood(bounds);
    const { clock } = await answers(flood, [
      ...[0, 1, 2, 3].map((second) => at(second, refusal('2001:db8::1', { source: 'erp' }))),
      at(4, refusal('2001:db8::2', { source: 'erp', rule: 'rate' })),
      at(4, refusal('192.0.2.1')),
    ]);
    expect(flood.summaries(clock.now())).toEqual([]);
    expect(flood.nextSummaryAt).toBe(60_000);
    await clock.advance(56_000);
    expect(flood.summaries(clock.now())).toEqual([
      {
        kind: 'refusals-suppressed',
        scope: 'address',
        of: 'refused',
        address: '2001:db8::/64',
        source: 'erp',
        count: 3,
        rule: 'rate',
        since: 0,
      },
    ]);
    expect(flood.summaries(clock.now())).toEqual([]);
    expect(flood.nextSummaryAt).toBeUndefined();
  });

  test('of many addresses are one', async () => {
    const flood = new RefusalFlood(bounds);
    const given = Array.from({ length: 105 }, (_, host) => at(0, refusal(`192.0.2.${host}`)));
    const { clock } = await answers(flood, given);
    await clock.advance(60_000);
    expect(flood.summaries(clock.now())).toEqual([
      { kind: 'refusals-suppressed', scope: 'strangers', count: 100, rule: 'no-source', since: 0 },
    ]);
  });

  test('every refusal is written or in a summary, and the table keeps its bound, in any order of addresses', async () => {
    const flood = new RefusalFlood({ ...bounds, overallMax: 60 });
    const given = Array.from({ length: 500 }, (_, index) =>
      at(index, refusal(`192.0.2.${(index * index) % 13}`)),
    );
    const { text } = await answers(flood, given);
    const told = flood.lastSummaries().reduce((sum, { count }) => sum + count, 0);
    expect(flood.size).toBe(0);
    expect(text.split('w').length - 1 + told).toBe(500);
  });

  test('the table of addresses never has more than its bound; who goes has his summary told', async () => {
    const flood = new RefusalFlood({ ...bounds, overallMax: 100 });
    const { clock } = await answers(
      flood,
      [1, 1, 1, 2, 3, 4, 5, 6].map((host) => at(0, refusal(`192.0.2.${host}`))),
    );
    expect(flood.size).toBe(4);
    expect(flood.summaries(clock.now())).toEqual([
      expect.objectContaining({ address: '192.0.2.1', count: 1 }),
    ]);
  });

  test('a clock that is set back ends a window', () => {
    const flood = new RefusalFlood(bounds);
    const late = new FakeClock(7_200_000).now();
    const early = new FakeClock(0).now();
    for (let index = 0; index < 3; index += 1) flood.admits(refusal('192.0.2.1'), late);
    expect(flood.admits(refusal('192.0.2.1'), early)).toBe(true);
    expect(flood.summaries(early)).toEqual([expect.objectContaining({ count: 1, since: late })]);
  });
});
