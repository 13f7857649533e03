import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distanceTo, formatAddress, isLoopback, parseAddress, parseRange } from './network-range.ts';

describe('ranges that are read', () => {
  test.each([
    ['10.20.0.15', '10.20.0.15', 32, 'one address'],
    ['10.20.0.0/28', '10.20.0.0/28', 28, 'a network'],
    ['0.0.0.0/0', '0.0.0.0/0', 0, 'everything'],
    ['10.20.0.15/32', '10.20.0.15', 32, 'one address, written as a network'],
    ['2001:DB8::15', '2001:db8::15', 128, 'upper case'],
    ['2001:db8:0:0::/64', '2001:db8::/64', 64, 'zeros in full'],
    ['::', '::', 128, 'the unspecified address'],
    ['::1', '::1', 128, 'loopback'],
    ['::ffff:10.20.0.15', '10.20.0.15', 32, 'IPv4-mapped, dotted: RFC 4291 2.5.5.2'],
    ['::ffff:0a14:000f', '10.20.0.15', 32, 'IPv4-mapped, in hexadecimal'],
    ['::ffff:10.20.0.0/124', '10.20.0.0/28', 28, 'a mapped network counts from the start of the address'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201', 128, 'an embedded IPv4 address that is not mapped'],
  ])('%s is %s', (written, text, bits, _reason) => {
    const range = parseRange(written);
    expect(range).toMatchObject({ ok: true, value: { text, bits } });
  });
});

describe('ranges that are refused', () => {
  test.each([
    ['10.0.0.5/24', 'write 10.0.0.0/24 for the network or 10.0.0.5 for the one address', 'host bits'],
    ['2001:db8::5/64', 'write 2001:db8::/64', 'host bits in IPv6'],
    ['10.20.0.015', 'write 10.20.0.15', 'leading zero: octal to some'],
    ['10.20.15', 'not an IP address', 'short form'],
    ['0x0a.0.0.1', 'not an IP address', 'hexadecimal form'],
    ['167772161', 'not an IP address', 'one number'],
    ['10.20.0.256', 'not an IP address', 'above 255'],
    ['fe80::1%eth0', 'zone id', 'zone id'],
    ['fe80::1%eth0/64', 'zone id', 'zone id in a network'],
    ['10.20.0.0/33', 'not between 0 and 32', 'prefix too long'],
    ['::ffff:10.0.0.0/64', 'not between 96 and 128', 'mapped, but wider than all of IPv4'],
    ['10.20.0.0/08', 'no plain prefix length', 'leading zero in the length'],
    ['10.20.0.0/255.255.255.0', 'no plain prefix length', 'netmask'],
    ['10.20.0.0/', 'no plain prefix length', 'no length'],
    ['10.20.0.0-10.20.0.9', 'not an IP address', 'from-to'],
    ['scanner.contoso.com', 'not an IP address', 'a name'],
    ['2001:db8::1::2', 'not an IPv6 address', 'two gaps'],
    [' 10.20.0.15', 'not an IP address', 'a blank'],
    ['', 'not an IP address', 'nothing'],
    ['１０.20.0.15', 'not an IP address', 'full-width digits'],
  ])('%s: %s', (written, part, _reason) => {
    const range = parseRange(written);
    expect(range.ok).toBe(false);
    expect(range.ok ? '' : range.reason).toContain(part);
  });
});

test('loopback is 127.0.0.0/8 and ::1, also when mapped', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true);
  expect(['128.0.0.1', '0.0.0.0', '::', '::2', 'localhost'].some(isLoopback)).toBe(false);
});

test('distance counts addresses beyond the nearer end', () => {
  const range = parseRange('10.20.0.0/28');
  const at = (text: string): bigint | undefined => {
    const address = parseAddress(text);
    return range.ok && address.ok ? distanceTo(range.value, address.value) : undefined;
  };
  expect(at('10.20.0.16')).toBe(1n);
  expect(at('10.19.255.255')).toBe(1n);
  expect(at('10.20.0.15')).toBe(0n);
  expect(at('2001:db8::1')).toBeUndefined();
});

test('an address survives being written and read', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const address = parseAddress(text);
      fc.pre(address.ok);
      const shown = formatAddress(address.value);
      expect(parseAddress(shown)).toEqual(address);
    }),
  );
});

test('no text crashes it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(typeof parseRange(text).ok).toBe('boolean');
    }),
  );
});
