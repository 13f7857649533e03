import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shortened } from './shortened.ts';

test.each([
  ['short text stays as it is', 'No route. Retry.', 40, 'No route. Retry.'],
  [
    'a sentence ends it',
    'The token was refused. The secret has ended; give a new one to it.',
    40,
    'The token was refused. …',
  ],
  ['else a word does', 'verylongfirstword and another and another', 30, 'verylongfirstword and …'],
  ['one word without end is cut', 'x'.repeat(50), 20, `${'x'.repeat(18)} …`],
  [
    'a sentence that is over too soon is none',
    'No. The mailbox does not exist there at all',
    30,
    'No. The mailbox does not …',
  ],
])('%s', (_, text, max, expected) => {
  expect(shortened(text, max)).toBe(expected);
});

test('nothing is longer than it may be, and no character is halved', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.integer({ min: 10, max: 100 }),
      (text, max) => {
        const short = shortened(text, max);
        expect(short.length).toBeLessThanOrEqual(Math.max(max, 0));
        expect(short.isWellFormed()).toBe(true);
      },
    ),
  );
});
