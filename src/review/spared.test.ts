import { expect, test } from 'vitest';
import { sourcesSharing } from '../policy/compile-blocked.ts';
import { policyOf } from '../policy/policy-for-tests.ts';
import { whySpared } from './spared.ts';

const policy = policyOf(
  'sources:\n' +
    '  - { name: printer, networks: [10.20.0.0/24], senders: ["*@contoso.com"] }\n' +
    '  - { name: six, networks: ["2001:db8:0:7::25"], senders: ["*@contoso.com"] }\n',
);
const spared = {
  never: ['172.16.0.0/12'],
  proxies: ['192.0.2.10'],
  sourcesSharing: sourcesSharing(policy.sources),
  recognisedAs: (range: string) => (range === '203.0.113.4' ? 'laptop' : undefined),
};

test.each([
  ['this host', '127.0.0.2', /this host/],
  ['this host by IPv6', '::1', /this host/],
  ['what the setting names', '172.20.1.1', /"never".*172\.16\.0\.0\/12/],
  ['a load balancer, which everybody comes through', '192.0.2.10', /load balancer/],
  ['a network of a source', '10.20.0.77', /printer/],
  ['a /64 in which a source has one address', '2001:db8:0:7::/64', /six/],
  ['where a source was recognised by its login', '203.0.113.4', /laptop/],
])('%s is spared', (_reason, range, words) => {
  expect(whySpared(range, spared)).toMatch(words);
});

test.each(['198.51.100.9', '10.20.1.1', '2001:db8:0:8::/64'])('%s is not', (range) => {
  expect(whySpared(range, spared)).toBeUndefined();
});

test('what is no address is never blocked', () => {
  expect(whySpared('(other)', spared)).toBeDefined();
});
