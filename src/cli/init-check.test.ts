import { expect, test } from 'vitest';
import type { Answers } from './init-files.ts';
import { faultsOf } from './init-check.ts';

const good: Answers = {
  hostname: 'relay.contoso.com',
  address: '127.0.0.1',
  port: 2525,
  network: '10.20.4.0/28',
  sender: '*@contoso.com',
  nextHop: 'mail.contoso.com:25',
};

test.each<[string, Partial<Answers>, RegExp | undefined]>([
  ['what init proposes', {}, undefined],
  ['an IPv6 network and next hop', { network: '2001:db8:1::/48', nextHop: '[2001:db8::1]:25' }, undefined],
  ['a port that the system chooses', { port: 0 }, undefined],
  ['no address', { network: '10.0.0.300' }, /sources\[0\]\.networks/],
  ['no prefix length', { network: '10.20.4.0/99' }, /sources\[0\]\.networks/],
  ['a range so wide that it needs a word', { network: '10.0.0.0/8' }, /dangerous/],
  ['no pattern', { sender: 'contoso' }, /sources\[0\]\.senders/],
  ['no host', { nextHop: 'a b' }, /connectors\[0\]\.route\.hosts/],
  ['a quote that would end the text', { nextHop: 'a"\n  b' }, /connectors\[0\]\.route\.hosts/],
  ['an address as name', { hostname: '192.0.2.1' }, /hostname/],
  ['no address to listen on', { address: 'everywhere' }, /listeners\[0\]\.address/],
])('%s', (_, changes, fault) => {
  const faults = faultsOf({ ...good, ...changes });
  if (fault === undefined) expect(faults).toEqual([]);
  else expect(faults.join('\n')).toMatch(fault);
});
