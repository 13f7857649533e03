import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressesIn, displayText, encodeWords } from './encoded-words.ts';
import { FieldError, formatField, safeText } from './field-writer.ts';
import { parseHeaderSection } from './header-section.ts';
import { formatMailDate } from './mail-date.ts';
import { makeMessageId } from './message-id.ts';
import { encodeQuotedPrintable } from './quoted-printable.ts';
import { addressLiteral, formatReceived } from './received-field.ts';

test.each([
  ['2026-11-23T08:00:00Z', 'Mon, 23 Nov 2026 08:00:00 +0000'],
  ['2026-01-04T23:59:59.999Z', 'Sun, 4 Jan 2026 23:59:59 +0000'],
  ['2028-02-29T00:00:00Z', 'Tue, 29 Feb 2028 00:00:00 +0000'],
  ['1970-01-01T00:00:00Z', 'Thu, 1 Jan 1970 00:00:00 +0000'],
])('date %s', (at, expected) => {
  expect(formatMailDate(Date.parse(at))).toBe(expected);
});

test('dates are the moments they were made from', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (at) => {
      expect(Date.parse(formatMailDate(at))).toBe(Math.floor(at / 1000) * 1000);
    }),
  );
});

test('a Message-ID is one msg-id of RFC 5322 3.6.4', () => {
  expect(makeMessageId('01KB', 'relay.contoso.com')).toBe('<01KB@relay.contoso.com>');
});

test.each([
  ['a name with a colon', 'X:', 'a'],
  ['an empty name', '', 'a'],
  ['a name with a line end', 'X\r\nY', 'a'],
  ['CR LF in the value', 'X', 'a\r\nBcc: b'],
  ['LF in the value', 'X', 'a\nb'],
  ['NUL', 'X', 'a\0'],
  ['a C1 control', 'X', 'a\u0085b'],
  ['a Unicode line separator', 'X', 'a\u2028b'],
  ['half a surrogate pair', 'X', 'a\ud800'],
  ['a word that no fold brings under 998', 'X', 'a'.repeat(1200)],
])('the field writer refuses %s (V14)', (_, name, value) => {
  expect(() => formatField(name, value)).toThrow(FieldError);
});

test('whatever is written is one field, with lines under the limit (V14)', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      (raw, text) => {
        for (const value of [raw, text, safeText(raw, 200), encodeWords(safeText(text, 200))]) {
          let field: string;
          try {
            field = formatField('X-Test', value);
          } catch (error) {
            if (error instanceof FieldError) continue;
            throw error;
          }
          const parsed = parseHeaderSection(Buffer.from(field));
          expect(parsed.kind === 'parsed' && parsed.header.fields.map(({ name }) => name)).toEqual([
            'x-test',
          ]);
          expect(field.endsWith('\r\n')).toBe(true);
          for (const line of field.slice(0, -2).split('\r\n')) {
            expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998);
            expect(line.trim()).not.toBe('');
          }
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('a long value is folded at blanks, a long first word stays beside the name', () => {
  expect(formatField('X', `${'a'.repeat(70)} ${'b'.repeat(70)}`)).toBe(
    `X: ${'a'.repeat(70)}\r\n\t${'b'.repeat(70)}\r\n`,
  );
  expect(formatField('X', 'a'.repeat(90))).toBe(`X: ${'a'.repeat(90)}\r\n`);
});

// RFC 2047 8, and what devices write.
test.each([
  ['plain', 'Scan 1', 'Scan 1'],
  ['Q', '=?ISO-8859-1?Q?Andr=E9?= Pirard', 'André Pirard'],
  ['B', '=?utf-8?B?w7w=?=', 'ü'],
  ['underscore is a blank', '=?utf-8?Q?a_b?=', 'a b'],
  ['blanks between encoded words vanish', '=?utf-8?Q?a?= =?utf-8?Q?b?=', 'ab'],
  ['blanks beside text stay', 'x =?utf-8?Q?a?= y', 'x a y'],
  ['a character cut in two words', '=?utf-8?B?4oI=?= =?utf-8?B?rA==?=', '€'],
  ['language, RFC 2231', '=?utf-8*de?Q?a?=', 'a'],
  ['unknown charset stays', '=?x-unknown?Q?a?= b', '=?x-unknown?Q?a?= b'],
  ['unfinished stays', '=?utf-8?Q?a', '=?utf-8?Q?a'],
  ['raw UTF-8', Buffer.from('Tür').toString('latin1'), 'Tür'],
  ['raw Windows-1252', 'T\xfcr \x80', 'Tür €'],
  ['controls and direction marks are blanks', '=?utf-8?Q?a=00=0D=0Ab=E2=80=AEc?=', 'a b c'],
  ['Shift_JIS', '=?shift_jis?B?k/o=?=', '日'],
])('display: %s', (_, value, expected) => {
  expect(displayText(value, 100)).toBe(expected);
});

test('display text is bounded and never throws', () => {
  expect(displayText('é'.repeat(1000), 200).length).toBe(200);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('=?', 'utf-8', '?', 'Q', 'B', '?=', 'a', ' ', '=41', '\xff', '*')),
      (parts) => {
        const text = displayText(parts.join(''), 50);
        expect(Array.from(text).length).toBeLessThanOrEqual(50);
        // eslint-disable-next-line no-control-regex
        expect(text).not.toMatch(/[\u0000-\u001f]/);
      },
    ),
  );
});

test('encoded words come back as they were', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const safe = safeText(text, 200);
      const encoded = encodeWords(safe);
      expect(encoded).toMatch(/^[\x20-\x7e]*$/);
      for (const word of encoded.split(' '))
        if (word.startsWith('=?utf-8?B?')) expect(word.length).toBeLessThanOrEqual(75);
      expect(displayText(encoded, 500)).toBe(safe.trim());
    }),
  );
});

test('addresses in text for display', () => {
  expect(addressesIn('CEO "ceo@Contoso.com" via (x@y) <a@b.com>')).toEqual(['ceo@contoso.com', 'a@b.com']);
});

// RFC 2045 6.7.
test.each([
  ['plain', 'a b', 'a b'],
  ['equals sign', 'a=b', 'a=3Db'],
  ['8-bit octets', 'é', '=C3=A9'],
  ['a blank at the end of a line', 'a \r\nb\t', 'a=20\r\nb=09'],
  ['line ends stay, bare ones are encoded', 'a\r\nb\nc\rd', 'a\r\nb=0Ac=0Dd'],
  ['76 characters fit', 'a'.repeat(76), 'a'.repeat(76)],
  ['77 are broken softly', 'a'.repeat(77), `${'a'.repeat(75)}=\r\naa`],
])('quoted-printable: %s', (_, text, expected) => {
  expect(encodeQuotedPrintable(Buffer.from(text))).toBe(expected);
});

test('quoted-printable comes back as it was, in lines of 76', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (octets) => {
      const encoded = encodeQuotedPrintable(octets);
      for (const line of encoded.split('\r\n')) expect(line.length).toBeLessThanOrEqual(76);
      const decoded = encoded
        .replaceAll('=\r\n', '')
        .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      expect(Buffer.from(decoded, 'latin1').equals(octets)).toBe(true);
    }),
  );
});

test('address literals, RFC 5321 4.1.3', () => {
  expect([addressLiteral('192.0.2.1'), addressLiteral('2001:db8::1')]).toEqual([
    '[192.0.2.1]',
    '[IPv6:2001:db8::1]',
  ]);
});

test('a Received field is one field whatever the client says (V14)', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (helo) => {
      const field = formatReceived({
        helo,
        address: '192.0.2.7',
        hostname: 'relay.contoso.com',
        protocol: 'ESMTP',
        source: 'scanner',
        id: '01KB',
        recipient: '"a b"@example.com',
        at: 0,
      });
      expect(field).toMatch(
        /^Received: from [!-~ ]+\r\n\tby [!-~ ]+\r\n\t[!-~ ]+;\r\n\tThu, 1 Jan 1970 00:00:00 \+0000\r\n$/,
      );
      expect(field.split('\r\n\tby relay.contoso.com (relay365) with ESMTP id 01KB').length).toBe(2);
      expect(field.replaceAll(/[^()]/g, '')).toBe('()()()');
    }),
  );
});
