import { expect, test } from 'vitest';
import type { Dns } from './dns.ts';
import { isReachable, judgeEgress, urlFault, zoneOf } from './egress.ts';

const dns = (...addresses: readonly string[]): Dns => ({
  mx: () => Promise.reject(new Error('not asked')),
  addresses: () => Promise.reject(new Error('not asked')),
  txt: () => Promise.reject(new Error('not asked')),
  cname: () => Promise.reject(new Error('not asked')),
  ptr: () => Promise.reject(new Error('not asked')),
  lookup: () =>
    Promise.resolve({
      kind: 'records',
      records: addresses.map((address) => ({
        address,
        family: address.includes(':') ? (6 as const) : (4 as const),
      })),
    }),
});

test.each([
  ['8.8.8.8', 'internet'],
  ['2606:4700::1111', 'internet'],
  ['10.1.2.3', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.1', 'internet'],
  ['192.168.0.1', 'private'],
  ['100.64.0.1', 'private'],
  ['fd12:3456::1', 'private'],
  ['127.0.0.1', 'loopback'],
  ['127.8.8.8', 'loopback'],
  ['::1', 'loopback'],
  ['0.0.0.0', 'never'],
  ['::', 'never'],
  ['169.254.169.254', 'never'],
  ['168.63.129.16', 'never'],
  ['100.100.100.200', 'never'],
  ['fd00:ec2::254', 'never'],
  ['fe80::1', 'never'],
  ['fe80::1%eth0', 'never'],
  ['224.0.0.1', 'never'],
  ['255.255.255.255', 'never'],
  ['ff02::1', 'never'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:a9fe:a9fe', 'never'],
  ['::ffff:10.0.0.1', 'private'],
  ['64:ff9b::a9fe:a9fe', 'never'],
  ['64:ff9b::808:808', 'internet'],
  ['2002:7f00:1::', 'loopback'],
  ['2002:a9fe:a9fe::1', 'never'],
  ['::7f00:1', 'loopback'],
  ['no address', 'never'],
])('%s is %s', (address, zone) => {
  expect(zoneOf(address)).toBe(zone);
});

test('each word permits what stands before it, and nothing permits metadata services', () => {
  expect(isReachable('10.0.0.1', 'internet')).toBe(false);
  expect(isReachable('10.0.0.1', 'private')).toBe(true);
  expect(isReachable('127.0.0.1', 'private')).toBe(false);
  expect(isReachable('127.0.0.1', 'loopback')).toBe(true);
  for (const reach of ['internet', 'private', 'loopback'] as const) {
    expect(isReachable('169.254.169.254', reach)).toBe(false);
  }
});

test.each([
  ['file:///etc/passwd', /begins with file:/],
  ['https://user:secret@hooks.example', /user name or password/],
  ['http://hooks.example', /no TLS/],
  ['not a url', /no URL/],
  ['https://169.254.169.254/latest', /never asked/],
  ['https://[::ffff:169.254.169.254]/', /never asked/],
  // The URL parser turns every way of writing an address into its one form.
  ['https://0x7f.1/', /this machine/],
  ['https://2130706433/', /this machine/],
  ['https://017700000001/', /this machine/],
])('%s is refused before anybody is asked', (url, why) => {
  expect(urlFault(url, 'internet')).toMatch(why);
});

test('a name with one forbidden address among good ones is refused whole', async () => {
  const verdict = await judgeEgress('https://hooks.example/x', 'internet', dns('8.8.8.8', '169.254.169.254'));
  expect(verdict).toMatchObject({ kind: 'refused' });
  expect(await judgeEgress('https://hooks.example/x', 'internet', dns('8.8.8.8'))).toEqual({
    kind: 'allowed',
    addresses: [{ address: '8.8.8.8', family: 4 }],
  });
  const loopback = await judgeEgress('https://rebind.example/', 'internet', dns('127.0.0.1'));
  expect(loopback).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('reach: loopback') as string,
  });
});
