import { expect, test } from 'vitest';
import { formatInstant, instant } from '../platform/clock.ts';
import { blockRefusal } from './block.ts';
import { PolicyHolder } from './holder.ts';
import { withOwnBlocks } from './own-blocks.ts';
import { policyOf } from './policy-for-tests.ts';

const now = instant(Date.parse('2026-11-23T08:00:00Z'));
const expiresAt = instant(now + 3_600_000);
const block = (range: string) => ({ range, note: 'refused 300 times', expiresAt });
const policy = policyOf(
  'sources:\n  - { name: printer, networks: [10.20.0.5], senders: ["*@contoso.com"] }\nblocked: [198.51.100.0/24]\n',
);

test('without blocks it is the same policy', () => {
  expect(withOwnBlocks(policy, [])).toBe(policy);
});

test('an address is blocked until its end, and what the peer is told names no reason', () => {
  const laid = withOwnBlocks(policy, [block('203.0.113.9')]);
  const rule = laid.blocked.find('203.0.113.9', now);
  expect(rule).toMatchObject({ range: '203.0.113.9', by: 'review' });
  expect(laid.blocked.find('203.0.113.10', now)).toBeUndefined();
  expect(laid.blocked.find('203.0.113.9', instant(expiresAt + 1))).toBeUndefined();
  const refusal = blockRefusal(rule ?? expect.fail());
  // RFC 5321 3.1
  expect(refusal).toMatchObject({ code: 554, text: 'No mail is taken from this address' });
  expect(refusal.explanation).toContain(formatInstant(expiresAt));
  expect(refusal.explanation).toContain('relay365 review unblock 203.0.113.9');
});

test('a /64 holds all its addresses', () => {
  const laid = withOwnBlocks(policy, [block('2001:db8:0:7::/64')]);
  expect(laid.blocked.find('2001:db8:0:7:1::1', now)).toMatchObject({ by: 'review' });
  expect(laid.blocked.find('2001:db8:0:8::1', now)).toBeUndefined();
});

test('what people wrote is found first, and an address of a source is not blocked', () => {
  const laid = withOwnBlocks(policy, [block('198.51.100.9'), block('10.20.0.5')]);
  expect(laid.blocked.find('198.51.100.9', now)).toMatchObject({ range: '198.51.100.0/24' });
  expect(laid.blocked.find('10.20.0.5', now)).toBeUndefined();
  expect(laid.blocked.size).toBe(2);
});

test('what is laid over a policy lies over the next one as well, and is replaced as a whole', () => {
  const holder = new PolicyHolder(policy);
  const seen: boolean[] = [];
  const isBlocked = (): boolean => holder.current.blocked.find('203.0.113.9', now) !== undefined;
  holder.onChange((next) => seen.push(next.blocked.find('203.0.113.9', now) !== undefined));
  holder.lay((given) => withOwnBlocks(given, [block('203.0.113.9')]));
  expect([isBlocked(), seen]).toEqual([true, []]);
  holder.replace(policyOf(''));
  expect([isBlocked(), seen]).toEqual([true, [true]]);
  holder.lay((given) => given);
  expect(isBlocked()).toBe(false);
});
