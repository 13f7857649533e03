import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineDiff } from './line-diff.ts';

test.each([
  ['nothing changed', 'a\nb\n', 'a\nb\n', []],
  ['first revision', '', 'a\nb\n', ['+a', '+b']],
  ['a line is put in between', 'a\nc\n', 'a\nb\nc\n', ['+b']],
  ['a line is changed', 'a\nb\nc\n', 'a\nx\nc\n', ['-b', '+x']],
  ['a line moves', 'a\nb\nc\n', 'b\nc\na\n', ['-a', '+a']],
])('%s', (_, before, after, expected) => {
  expect(lineDiff(before, after)).toEqual(expected);
});

test('counts agree with the lengths of the texts, whatever they are', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = lineDiff(before.join('\n'), after.join('\n'));
      const added = diff.filter((line) => line.startsWith('+')).length;
      const removed = diff.length - added;
      expect(before.length - removed + added).toBe(after.length);
    }),
  );
});
