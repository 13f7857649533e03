import { expect, test } from 'vitest';
import type { AccessToken } from '../identity/access-token.ts';
import { instant } from '../../platform/clock.ts';
import { withToken } from './with-token.ts';

const token = (value: string): AccessToken => ({ value, fetchedAt: instant(0), expiresAt: instant(1) });
const never = new AbortController().signal;

/** Gives numbered tokens, and keeps which one was refused. */
function numbered() {
  const refused: string[] = [];
  return {
    refused,
    get: () => Promise.resolve({ kind: 'token', token: token('first') } as const),
    renew(given: AccessToken) {
      refused.push(given.value);
      return Promise.resolve({ kind: 'token', token: token('second') } as const);
    },
  };
}

test.each([
  ['taken', [202], ['first']],
  ['refused once', [401, 202], ['first', 'second']],
  ['refused for ever', [401, 401, 401], ['first', 'second']],
  ['without the permission', [403], ['first']],
])('a token that is %s', async (_, statuses, expected) => {
  const source = numbered();
  const shown: string[] = [];
  const result = await withToken(source, never, ({ value }) => {
    const status = statuses[shown.length] ?? 0;
    shown.push(value);
    return Promise.resolve({ value: status, answer: { kind: 'answer', status, text: 'x' } });
  });
  expect(shown).toEqual(expected);
  expect(source.refused).toEqual(expected.slice(0, -1));
  expect(result).toMatchObject({ value: statuses[expected.length - 1] });
});

test('a lost answer says nothing about the token', async () => {
  const source = numbered();
  await withToken(source, never, () =>
    Promise.resolve({ value: 1, answer: { kind: 'lost', text: 'InvalidAuthenticationToken' } }),
  );
  expect(source.refused).toEqual([]);
});

test('called off: nothing is asked', async () => {
  let asked = 0;
  const result = await withToken(numbered(), AbortSignal.abort(), () => {
    asked += 1;
    return Promise.resolve({ value: 1 });
  });
  expect(result).toEqual({ failed: { kind: 'not-tried' } });
  expect(asked).toBe(0);
});
