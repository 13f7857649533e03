/** More recipients than a next hop takes in one transaction (RFC 5321 4.5.3.1.10, RFC 3463 X.5.3). */
import { expect, test } from 'vitest';
import { createConnector } from '../create.ts';
import { never, testConfig, testDelivery, testEnvironment } from '../testing/delivery.ts';
import type { NextHopOptions } from '../testing/fake-next-hop.ts';
import { FakeNextHop } from '../testing/fake-next-hop.ts';

const offers = ['PIPELINING', 'SIZE', '8BITMIME', 'ENHANCEDSTATUSCODES'];
const to = Array.from({ length: 10 }, (_, index) => `r${index}@example.net`);

/** Refuses when a transaction has named more than `most` recipients, at the step `at`. */
function takes(most: number, at: 'RCPT' | 'DATA' | 'content', reply: string): NextHopOptions {
  const named = new Map<number, number>();
  return {
    offers,
    on: ({ verb, connection }) => {
      if (verb === 'MAIL') named.set(connection, 0);
      if (verb === 'RCPT') named.set(connection, (named.get(connection) ?? 0) + 1);
      return verb === at && (named.get(connection) ?? 0) > most ? reply : undefined;
    },
  };
}

async function send(options: NextHopOptions): Promise<{ kinds: readonly string[]; hop: FakeNextHop }> {
  await using hop = await FakeNextHop.start(options);
  const hosts = [`127.0.0.1:${hop.port}`];
  await using connector = createConnector(
    testConfig({ route: { type: 'smart-host', hosts }, tls: 'off', limits: { connections: 1 } }),
    testEnvironment(),
  );
  const { recipients } = await connector.attempt(testDelivery({ to }), never);
  return { kinds: recipients.map(({ kind }) => kind), hop };
}

function reached({ messages }: FakeNextHop): readonly string[] {
  return messages.flatMap(({ recipients }) => recipients.map((line) => /<(.*)>/.exec(line)?.[1] ?? line));
}

test.each([
  ['at RCPT', takes(3, 'RCPT', '452 4.5.3 Too many recipients')],
  ['at DATA', takes(3, 'DATA', '452 4.5.3 Too many recipients')],
  ['at DATA, as permanent', takes(3, 'DATA', '554 5.5.3 Too many recipients')],
  ['after the content', takes(3, 'content', '550 5.5.3 Too many recipients')],
])('%s: all are reached within the attempt, none twice', async (_, options) => {
  const { kinds, hop } = await send(options);
  expect(new Set(kinds)).toEqual(new Set(['relayed']));
  expect(reached(hop).toSorted()).toEqual(to);
  for (const { recipients } of hop.messages) expect(recipients.length).toBeLessThanOrEqual(3);
});

test('a next hop that finds one recipient too many is asked a bounded number of times', async () => {
  const { kinds, hop } = await send(takes(0, 'DATA', '452 4.5.3 Too many recipients'));
  expect(new Set(kinds)).toEqual(new Set(['failed']));
  // 1, 2, 4 parts of the ten, then parts of one or two, then of one.
  expect(hop.said('MAIL').length).toBeLessThanOrEqual(1 + 2 + 4 + 8 + 10);
});

test('452 without a word about recipients is not taken for it where none was taken', async () => {
  const { kinds, hop } = await send(takes(0, 'RCPT', '452 later'));
  expect(new Set(kinds)).toEqual(new Set(['failed']));
  expect(hop.said('MAIL')).toHaveLength(1);
});
