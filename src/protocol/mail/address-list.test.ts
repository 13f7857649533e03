import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMailbox } from '../address.ts';
import { addressesMax, parseAddressList } from './address-list.ts';

function read(value: string): string {
  const list = parseAddressList(Buffer.from(value).toString('latin1'));
  if (!list.ok) return `fault: ${list.reason}`;
  const { addresses, claimed } = list.value;
  const claims = claimed.length > 0 ? ` claims ${claimed.map(({ text }) => text).join(' ')}` : '';
  return addresses.map(({ mailbox }) => mailbox.text).join(' ') + claims;
}

test.each([
  ['addr-spec', 'a@x.com', 'a@x.com'],
  ['name-addr', 'A B <a@x.com>', 'a@x.com'],
  ['no name', '<a@x.com>', 'a@x.com'],
  ['a list', 'a@x.com, B <b@y.com>', 'a@x.com b@y.com'],
  ['quoted name with what would be structure', '"a@evil.com> , (" <b@y.com>', 'b@y.com'],
  ['name with a dot, RFC 5322 4.1', 'John Q. Public <j@x.com>', 'j@x.com'],
  ['comments everywhere', '(c)a(c)@(c (nested) c)x.com(c)', 'a@x.com'],
  ['comment as the old way to name', 'a@x.com (Scanner)', 'a@x.com'],
  ['quoted pair in a comment', '(\\)) a@x.com', 'a@x.com'],
  ['group', 'Team: a@x.com, b@y.com;', 'a@x.com b@y.com'],
  ['empty group, RFC 6854', 'undisclosed recipients:;', ''],
  ['group and address', 'Team: a@x.com;, c@z.com', 'a@x.com c@z.com'],
  ['empty list elements, RFC 5322 4.4', ', a@x.com,, b@y.com,', 'a@x.com b@y.com'],
  ['route, RFC 5322 4.4', '<@r1.com,@r2.com:a@x.com>', 'a@x.com'],
  ['blanks around dots and @, RFC 5322 4.4', 'a . b @ x . com', 'a.b@x.com'],
  ['quoted local part', '"a b"@x.com', '"a b"@x.com'],
  ['@ inside a quoted local part (V8)', '"a@evil.com"@good.com', '"a@evil.com"@good.com'],
  ['local part of quoted and plain words', '"a@b".c@x.com', '"a@b.c"@x.com'],
  ['address literal', 'a@[192.0.2.1]', 'a@[192.0.2.1]'],
  ['UTF-8 address', 'ü@bücher.example', 'ü@bücher.example'],
  ['device writes its own address as name', 'scan@x.com <scan@x.com>', 'scan@x.com claims scan@x.com'],
  ['name claims another address (V17)', 'ceo@x.com <evil@y.com>', 'evil@y.com claims ceo@x.com'],
  ['an encoded word stays a name (V17)', '=?utf-8?Q?ceo=40x.com=3E?= <a@y.com>', 'a@y.com'],
])('reads %s', (_, value, expected) => {
  expect(read(value)).toBe(expected);
});

test.each([
  ['empty', '', ''],
  ['no @', 'root', 'fault: no @ in the address'],
  ['two addresses without a comma', '<a@x.com> <b@y.com>', 'fault: text after an address'],
  ['two @ (V8)', 'a@b@c.com', 'fault: two @ in one address'],
  ['two @ in brackets (V8)', '<a@evil.com@good.com>', 'fault: two @ in one address'],
  ['words before a bare address', 'John a@x.com', 'fault: blank inside an address'],
  ['open bracket', '<a@x.com', 'fault: address without its ">"'],
  ['open quote', '"a <a@x.com>', 'fault: malformed at octet 1'],
  ['open comment', '(a a@x.com', 'fault: unclosed or too deeply nested comment'],
  ['open group', 'Team: a@x.com', 'fault: group without its ";"'],
  ['nested groups', 'A: B: a@x.com;;', 'fault: malformed or nested group'],
  ['@ in a name that is no address', 'me @ home now <a@x.com>', 'fault: unquoted "@" in a display name'],
  ['encoded word as an address, RFC 2047 5', '=?utf-8?Q?ceo=40x.com?=', 'fault: no @ in the address'],
  ['encoded word as local part, RFC 2047 5', '=?utf-8?Q?ceo?=@x.com', 'fault: encoded word in an address'],
  ['control character', 'a\u0001@x.com', 'fault: malformed at octet 2'],
  ['backslash outside quotes', 'a\\@x.com', 'fault: malformed at octet 2'],
  ['brackets within brackets', '<<a@x.com>>', 'fault: no @ in the address'],
])('does not guess: %s', (_, value, expected) => {
  expect(read(value)).toBe(expected);
});

test('octets that are not UTF-8 are no address', () => {
  expect(parseAddressList('\xe9@x.com')).toEqual({ ok: false, reason: 'address is not UTF-8' });
});

test('what it accepts, the one address parser accepts unchanged (V8)', () => {
  const word = fc.constantFrom(
    'a',
    'b.c',
    '"q@r"',
    '@',
    '<',
    '>',
    ',',
    ';',
    ':',
    '.',
    '(x)',
    ' ',
    'x.com',
    '[1.2.3.4]',
    '=?utf-8?q?x?=',
    '\\',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const list = parseAddressList(words.join(''));
      if (!list.ok) return;
      for (const { mailbox } of list.value.addresses) {
        expect(parseMailbox(mailbox.text)).toEqual({ ok: true, value: mailbox });
      }
    }),
    { numRuns: 5000 },
  );
});

// V8: recursion and quadratic work (nodemailer CVE-2025-14874, GHSA-9h6g-pr28-7cqp).
test.each([
  ['open comments', '('.repeat(1_000_000)],
  ['open quotes', '"\\"'.repeat(400_000)],
  ['groups', 'a:'.repeat(500_000)],
  ['angle brackets', '<'.repeat(1_000_000)],
  ['one atom', 'a'.repeat(1_000_000)],
  ['dots', 'a.'.repeat(500_000)],
  ['at signs', '@'.repeat(1_000_000)],
  ['empty elements', ','.repeat(1_000_000)],
  ['blanks', ' '.repeat(1_000_000)],
  ['routes', `<${'@a,'.repeat(300_000)}`],
  ['literals', '['.repeat(1_000_000)],
])('a megabyte of %s is read to its end', (_, value) => {
  // A quadratic reader takes minutes, which is more than a test may take.
  expect(parseAddressList(value).ok).toBe(value.trim() === '');
});

test('as many addresses as the bound are read, more are a fault', () => {
  expect(parseAddressList('Name Of <a@x.com>,'.repeat(addressesMax)).ok).toBe(true);
  expect(parseAddressList('a@x.com,'.repeat(addressesMax + 1)).ok).toBe(false);
});
