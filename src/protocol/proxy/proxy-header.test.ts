import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseAddress, parseProxyHeader } from './proxy-header.ts';

const signature = '0d0a0d0a000d0a515549540a';
const v2 = (hex: string): Buffer => Buffer.from(signature + hex.replaceAll(' ', ''), 'hex');

describe('parseProxyHeader', () => {
  it.each([
    ['PROXY TCP4 192.0.2.1 192.0.2.2 56324 25\r\nEHLO', '192.0.2.1', 56324, 'version 1, IPv4'],
    ['PROXY TCP6 2001:db8::1 2001:db8::2 1 25\r\n', '2001:db8::1', 1, 'version 1, IPv6'],
  ])('reads %j', (line, address, port) => {
    const bytes = line.indexOf('\r\n') + 2;
    const header = { kind: 'proxied', address, port, bytes };
    expect(parseProxyHeader(Buffer.from(line))).toEqual({ kind: 'header', header });
  });

  it.each<[Buffer, { bytes: number; [key: string]: unknown }, string]>([
    [
      v2('21 11 000c c0000201 c0000202 dc04 0019'),
      { kind: 'proxied', address: '192.0.2.1', port: 56324, bytes: 28 },
      'IPv4',
    ],
    [
      v2('21 21 0024 20010db8000000000000000000000001 20010db8000000000000000000000002 0001 0019'),
      { kind: 'proxied', address: '2001:db8:0:0:0:0:0:1', port: 1, bytes: 52 },
      'IPv6',
    ],
    [
      v2('21 11 0012 c0000201 c0000202 dc04 0019 03 0003 aabbcc'),
      { kind: 'proxied', address: '192.0.2.1', port: 56324, bytes: 34 },
      'TLVs are skipped',
    ],
    [v2('20 00 0000'), { kind: 'local', bytes: 16 }, 'LOCAL'],
    [
      v2('20 11 000c c0000201 c0000202 dc04 0019'),
      { kind: 'local', bytes: 28 },
      'LOCAL: addresses do not count',
    ],
    [v2('21 00 0000'), { kind: 'local', bytes: 16 }, 'UNSPEC'],
    [Buffer.from('PROXY UNKNOWN\r\n'), { kind: 'local', bytes: 15 }, 'UNKNOWN'],
    [
      Buffer.from('PROXY UNKNOWN ffff::1 junk here\r\n'),
      { kind: 'local', bytes: 33 },
      'UNKNOWN: the rest is ignored',
    ],
  ])('reads %s', (octets, header) => {
    expect(parseProxyHeader(octets)).toEqual({ kind: 'header', header });
    for (let length = 0; length < header.bytes; length += 1) {
      expect(parseProxyHeader(octets.subarray(0, length))).toEqual({ kind: 'more' });
    }
  });

  it.each([
    ['EHLO a\r\n', 'no header'],
    ['proxy TCP4 192.0.2.1 192.0.2.2 1 25\r\n', 'lower case'],
    ['PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n', 'a port is missing'],
    ['PROXY TCP4 192.0.2.1 192.0.2.2 1 25 x\r\n', 'one word more'],
    ['PROXY TCP4 192.0.2.1  192.0.2.2 1 25\r\n', 'two blanks'],
    ['PROXY TCP4 2001:db8::1 192.0.2.2 1 25\r\n', 'an address of another family'],
    ['PROXY TCP6 fe80::1%eth0 ::1 1 25\r\n', 'a zone id'],
    ['PROXY TCP4 192.0.2.1 192.0.2.2 01 25\r\n', 'a port with a leading zero'],
    ['PROXY TCP4 192.0.2.1 192.0.2.2 65536 25\r\n', 'a port beyond 65535'],
    ['PROXY UDP4 192.0.2.1 192.0.2.2 1 25\r\n', 'another protocol'],
    ['PROXY\r\n', 'nothing behind the word'],
    [`PROXY TCP4 ${'1'.repeat(10_000)}`, 'a line of 10 kB'],
    [`PROXY UNKNOWN ${'x'.repeat(92)}\r\n`, 'a line of 108 octets'],
  ])('refuses %j (%s)', (text) => {
    expect(parseProxyHeader(Buffer.from(text))).toMatchObject({ kind: 'malformed' });
  });

  it.each([
    [v2('11 11 000c c0000201 c0000202 dc04 0019'), 'another version'],
    [v2('22 11 000c c0000201 c0000202 dc04 0019'), 'an unknown command'],
    [v2('21 12 000c c0000201 c0000202 dc04 0019'), 'UDP'],
    [v2('21 31 000c c0000201 c0000202 dc04 0019'), 'a UNIX socket'],
    [v2('21 11 000b c0000201 c0000202 dc04 00'), 'too short for its family'],
    [v2('21 21 000c c0000201 c0000202 dc04 0019'), 'too short for its family'],
    [v2('21 11 ffff'), 'longer than the cap'],
  ])('refuses %s (%s)', (octets) => {
    expect(parseProxyHeader(octets)).toMatchObject({ kind: 'malformed' });
  });

  it('is total: any octets give a result, and never read beyond the header', () => {
    const start = fc.constantFrom(Buffer.alloc(0), Buffer.from(signature, 'hex'), Buffer.from('PROXY '));
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 200 }), (head, rest) => {
        const octets = Buffer.concat([head, rest]);
        const result = parseProxyHeader(octets);
        if (result.kind === 'header') expect(result.header.bytes).toBeLessThanOrEqual(octets.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('normaliseAddress', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1', 'IPv4 as it is'],
    ['::ffff:192.0.2.1', '192.0.2.1', 'IPv4-mapped'],
    ['::FFFF:c000:0201', '192.0.2.1', 'IPv4-mapped in hexadecimal'],
    ['0:0:0:0:0:ffff:c000:201', '192.0.2.1', 'IPv4-mapped, written out'],
    ['fe80::1%eth0', 'fe80::1', 'zone id'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1', 'RFC 5952'],
    ['::1', '::1', 'loopback'],
    ['::192.0.2.1', '::c000:201', 'IPv4-compatible is not IPv4-mapped'],
  ])('%s is %s: %s', (given, address) => {
    expect(normaliseAddress(given)).toBe(address);
  });
});
