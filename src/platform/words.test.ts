import { expect, test } from 'vitest';
import { countOf, formatBytes, tlsName } from './words.ts';

test.each([
  ['none is many', 0, '0 messages'],
  ['one', 1, '1 message'],
  ['many', 2, '2 messages'],
  ['a part of one is many', 0.5, '0.5 messages'],
])('countOf: %s', (_reason, count, words) => {
  expect(countOf(count, 'message')).toBe(words);
});

test('countOf: a plural that is not made with s is given', () => {
  expect(countOf(1, 'entry', 'entries')).toBe('1 entry');
  expect(countOf(3, 'entry', 'entries')).toBe('3 entries');
});

// IEC 80000-13: 1 KiB is 1024 octets.
test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [150 * 1024 ** 2, '150 MiB'],
])('formatBytes: %d is %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

// OpenSSL names versions as SSL_get_version(3) says: TLS 1.0 is TLSv1.
test.each([
  ['TLSv1', 'TLS 1.0'],
  ['TLSv1.1', 'TLS 1.1'],
  ['TLSv1.3', 'TLS 1.3'],
  ['other', 'other'],
])('%s is called %s', (version, expected) => {
  expect(tlsName(version)).toBe(expected);
});
