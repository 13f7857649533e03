import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { formatHostPort, isOwnAddress, parseHostPort } from './net.ts';

describe('parseHostPort', () => {
  it.each([
    ['mail.example.net', { host: 'mail.example.net', port: 25 }],
    ['mail.example.net:587', { host: 'mail.example.net', port: 587 }],
    ['192.0.2.1:26', { host: '192.0.2.1', port: 26 }],
    ['[2001:db8::1]', { host: '2001:db8::1', port: 25 }],
    ['[2001:db8::1]:465', { host: '2001:db8::1', port: 465 }],
    ['2001:db8::1', undefined],
    ['[192.0.2.1]:25', undefined],
    ['mail:0', undefined],
    ['mail:65536', undefined],
    ['mail:', undefined],
    ['a b', undefined],
    ['', undefined],
  ])('%j', (text, expected) => {
    expect(parseHostPort(text, 25)).toEqual(expected);
  });

  it('reads what formatHostPort writes', () => {
    for (const host of ['mail.example.net', '192.0.2.1', '2001:db8::1']) {
      expect(parseHostPort(formatHostPort(host, 99), 25)).toEqual({ host, port: 99 });
    }
  });
});

describe('isOwnAddress', () => {
  it.each(['127.0.0.1', '127.255.255.254', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1'])(
    '%s leads home',
    (address) => {
      expect(isOwnAddress(address)).toBe(true);
    },
  );

  it('knows the interfaces of this machine', () => {
    for (const entries of Object.values(networkInterfaces())) {
      for (const { address } of entries ?? []) expect(isOwnAddress(address)).toBe(true);
    }
  });

  it.each(['192.0.2.1', '2001:db8::1', 'localhost', ''])('%j does not', (address) => {
    expect(isOwnAddress(address)).toBe(false);
  });
});
