import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isXtext } from '../protocol/smtp/xtext.ts';
import { decodeXtext, encodeXtext } from './xtext.ts';

test.each([
  ['plain', 'QQ314159', 'QQ314159'],
  ['hexchars, RFC 3461 4', 'a+2Bb+3D', 'a+b='],
  ['UTF-8', '+C3+A9', 'é'],
  ['lower-case hex is no xtext', 'a+2b', undefined],
  ['equals sign', 'a=b', undefined],
  ['blank', 'a b', undefined],
  ['half a hexchar', 'a+2', undefined],
  ['line end', 'a\r\nb', undefined],
])('%s', (_, text, expected) => {
  expect(decodeXtext(text)).toBe(expected);
});

test('what is encoded is xtext and comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(isXtext(encodeXtext(text))).toBe(true);
      expect(decodeXtext(encodeXtext(text))).toBe(text.toWellFormed());
    }),
  );
});
