import { expect, test } from 'vitest';
import { ClientAddresses } from './client-address.ts';

const addresses = new ClientAddresses({
  networks: ['10.0.0.1', '10.0.1.0/24', '2001:db8:1::/64'],
  field: 'x-forwarded-for',
});
const of = (peer: string, written?: string | string[]) =>
  addresses.of(peer, written === undefined ? {} : { 'x-forwarded-for': written });

test.each([
  ['nobody speaks for a client that comes itself', '192.0.2.7', '198.51.100.9', '192.0.2.7'],
  ['a proxy speaks for its client', '10.0.0.1', '198.51.100.9', '198.51.100.9'],
  ['a proxy behind a proxy', '10.0.0.1', '198.51.100.9, 10.0.1.7', '198.51.100.9'],
  ['what the client wrote is not believed', '10.0.0.1', '192.0.2.99, 198.51.100.9', '198.51.100.9'],
  ['even where it names a proxy', '10.0.0.1', '192.0.2.99, 10.0.0.1, 198.51.100.9', '198.51.100.9'],
  ['a proxy that names nobody is itself', '10.0.0.1', 'unknown', '10.0.0.1'],
  ['and what stands before that is not looked at', '10.0.0.1', '192.0.2.99, unknown', '10.0.0.1'],
  ['the request of a proxy itself', '10.0.0.1', '10.0.1.9', '10.0.1.9'],
  ['an empty field', '10.0.0.1', ' , ', '10.0.0.1'],
  ['an IPv4 address in IPv6 form, on both sides', '::ffff:10.0.0.1', '::ffff:198.51.100.9', '198.51.100.9'],
  ['IPv6 in full', '2001:db8:1::5', '2001:DB8:0:0::9', '2001:db8::9'],
  ['zone ids and octal forms are no addresses', '10.0.0.1', '010.0.0.9', '10.0.0.1'],
  ['too large a number', '10.0.0.1', '300.0.0.9', '10.0.0.1'],
])('%s', (_, peer, written, client) => {
  expect(of(peer, written)).toBe(client);
});

test('without the field, or with another one, the other end counts', () => {
  expect(of('10.0.0.1')).toBe('10.0.0.1');
  expect(addresses.of('10.0.0.1', { forwarded: 'for=192.0.2.99', 'x-real-ip': '192.0.2.99' })).toBe(
    '10.0.0.1',
  );
  const byForwarded = new ClientAddresses({ networks: ['10.0.0.1'], field: 'forwarded' });
  expect(byForwarded.of('10.0.0.1', { 'x-forwarded-for': '192.0.2.99', forwarded: 'for=198.51.100.9' })).toBe(
    '198.51.100.9',
  );
});

test('a field written in many lines is one list', () => {
  expect(of('10.0.0.1', ['192.0.2.99', '198.51.100.9, 10.0.1.7'])).toBe('198.51.100.9');
});

test('nobody is trusted where nobody is named', () => {
  const none = new ClientAddresses({ networks: [], field: 'x-forwarded-for' });
  expect(none.of('127.0.0.1', { 'x-forwarded-for': '192.0.2.99' })).toBe('127.0.0.1');
});
