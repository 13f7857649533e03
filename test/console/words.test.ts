/** Words of the relay as the console shows them: what is put at their begin and end, and their moments. */
import { expect, test } from 'vitest';
import { settingWords } from '../../console/pages/alerts/written.ts';
import { momentsApart } from '../../console/parts/time.ts';
import { stillUnderWay } from '../../console/parts/typed.ts';
import { asSentence, begun, tlsVersion } from '../../console/parts/words.ts';

test.each([
  ['the host is gone', 'The host is gone.', 'a word begins with a capital'],
  ['contoso.com has no record', 'contoso.com has no record.', 'a domain keeps its letters'],
  ['ups-east may not send', 'ups-east may not send.', 'so does a name with a hyphen'],
  ['crm: wrong password', 'crm: wrong password.', 'and one before a colon'],
  ['127.0.0.2 is unknown', '127.0.0.2 is unknown.', 'an address has no capital'],
  ['is it?', 'Is it?', 'an end is not doubled'],
])('%s becomes %s: %s', (text, expected) => {
  expect(asSentence(text)).toBe(expected);
  expect(begun(text)).toBe(expected.replace(/\.$/, ''));
});

// OpenSSL names versions as SSL_get_version(3) says: TLS 1.0 is TLSv1.
test.each([
  ['TLSv1', 'TLS 1.0'],
  ['TLSv1.1', 'TLS 1.1'],
  ['TLSv1.3', 'TLS 1.3'],
])('%s is called %s', (version, expected) => {
  expect(tlsVersion(version)).toBe(expected);
});

test('moments inside of words stand apart from them', () => {
  expect(
    momentsApart('suspended since 2026-11-23T22:15:36Z, until 2026-11-23T22:26:34.828Z: nothing listens'),
  ).toEqual([
    'suspended since ',
    '2026-11-23T22:15:36Z',
    ', until ',
    '2026-11-23T22:26:34.828Z',
    ': nothing listens',
  ]);
  // A day has no zone, and is shown as it is.
  expect(momentsApart('it ends in 29 days (2026-12-23)')).toHaveLength(1);
});

test('keys of thresholds are shown as words', () => {
  expect(settingWords('olderThan')).toBe('older than');
  expect(settingWords('percent')).toBe('percent');
});

test.each([
  [['al', 'alex'], 'al', ['alex'], 'the first of two comes back'],
  [['al', 'alex'], 'alex', [], 'the second overtakes the first'],
  [['al'], 'kim', undefined, 'it comes from outside'],
  [[], '', undefined, 'nothing was sent'],
] as const)('sent %j, in the address %j, still under way %j: %s', (sent, value, expected, _why) => {
  expect(stillUnderWay(sent, value)).toEqual(expected);
});
