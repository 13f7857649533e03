/** Documents of a few hundred kilobytes that hold nothing but faults: each is refused, and costs no time that mail needs. */
import { expect, test } from 'vitest';
import { parseYaml } from './document.ts';
import { parsePolicyDocument } from './load.ts';
import { replaceSecrets } from './policy-secrets.ts';

const many = 40_000;
const lines = (line: (index: number) => string): string =>
  Array.from({ length: many }, (_, i) => line(i)).join('');

// Comparing each with each other takes minutes; the runner's own time-out of seconds ends such a test.
test.each([
  ['keys that nobody knows', lines((i) => `k${i}: b\n`), 'unknown key "k0"', 200],
  ['one key again and again', lines(() => 'a: b\n'), 'this key stands in the mapping twice', 10],
  [
    'sources with a slip each',
    `sources:\n${lines((i) => `  - { name: s${i}, bogus: 1 }\n`)}`,
    'unknown key "bogus"',
    200,
  ],
])('%s', (_what, text, message, most) => {
  const parsed = parsePolicyDocument(text, 'policy.yaml');
  if (parsed.kind !== 'faulty') throw new Error('taken');
  expect(parsed.findings[0]?.message).toBe(message);
  expect(parsed.findings.length).toBeLessThanOrEqual(most);
});

test('a key that stands twice is named where it stands the second time, in a flow and under another fault too', () => {
  const places = (text: string) => {
    const parsed = parseYaml(text, 'f');
    return parsed.kind === 'faulty'
      ? parsed.findings.map(({ line, column, message }) => `${line}:${column} ${message}`)
      : [];
  };
  const twice = 'this key stands in the mapping twice';
  expect(places('a: 1\nb: { c: 1, "c": 2 }\na: 2\n')).toEqual([`2:12 ${twice}`, `3:1 ${twice}`]);
  expect(places('a: 1\n"a": 2\nb: !x 1\n')).toContain(`2:1 ${twice}`);
  expect(places('a: { b: 1 }\nc: { b: 1 }\n')).toEqual([]);
});

test('secrets are looked for among many keys, and under a key that stands twice', () => {
  const login = 'sources: [{ name: a, login: { username: a, password: "test value" } }]\n';
  const shown = replaceSecrets(`${login}${login}${lines((i) => `k${i}: b\n`)}`, () => '"hidden"');
  expect(shown).not.toContain('test value');
});
