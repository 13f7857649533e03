import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { findSecrets, replaceSecrets } from './policy-secrets.ts';

const values = (text: string) => findSecrets(text).map(({ kind, value }) => [kind, value]);

const smartHost = (password: string) => `connectors:
  - name: out # test values
    route:
      type: smart-host
      hosts: [mail.example.net]
      login: { username: relay, password: ${password} }
`;

describe('secrets in the text of a policy', () => {
  test('are found at every place that the schema has for one, and nowhere else', () => {
    const text = `sources:
  - name: scanner
    description: secret
    login: { username: u, password: $scrypt$test }
connectors:
  - name: a
    route: { type: smart-host, hosts: [h], login: { username: u, password: 'test-1' } }
  - name: b
    route: { type: smtp-submission, credential: { type: password, username: u, password: "test-2" } }
  - name: c
    route: { type: smtp-submission, credential: { type: oauth, clientId: id, secret: test-3 } }
  - name: d
    route: { type: graph, mailbox: a@b.c, credential: { type: oauth, secret: test-4 } }
  - name: e
    route: { type: graph, mailbox: a@b.c, credential: { type: oauth, secret: { env: NAME } } }
  - name: f
    route: { type: graph, mailbox: a@b.c, credential: { type: oauth, secret: { file: ./file } } }
`;
    expect(values(text)).toEqual([
      ['hash', '$scrypt$test'],
      ['secret', 'test-1'],
      ['secret', 'test-2'],
      ['secret', 'test-3'],
      ['secret', 'test-4'],
    ]);
  });

  test.each([
    ['plain', 'test-value'],
    ['in quotes', "'test ''value'''"],
    ['with escapes', '"test\\u0020value"'],
  ])('%s are replaced with all that is written, and come back exactly', (_how, written) => {
    const text = smartHost(written);
    const kept: string[] = [];
    const without = replaceSecrets(text, (given) => `$sealed$${kept.push(given) - 1}`);
    expect(without).toBe(smartHost('$sealed$0'));
    expect(replaceSecrets(without, (_given, { value }) => kept[Number(value.slice(8))])).toBe(text);
  });

  test.each(['|', '|-', '|+', '>'])('in a block %s are replaced whole, and what follows stays', (style) => {
    const head = 'connectors:\n- route:\n    type: smart-host\n    login:\n      password: ';
    const tail = '\n      username: u\n- name: next\n';
    const text = `${head}${style}\n        first line\n\n        second line\n${tail}`;
    const without = replaceSecrets(text, () => '$sealed$');
    expect(without).not.toContain('line');
    expect(parse(without)).toEqual({
      connectors: [
        { route: { type: 'smart-host', login: { password: '$sealed$', username: 'u' } } },
        { name: 'next' },
      ],
    });
    expect(replaceSecrets(without, () => `${style}\n        first line\n\n        second line`)).toBe(text);
  });

  test('behind an alias are replaced at their anchor', () => {
    const text = smartHost('*p').replace('name: out', 'name: &p test-value');
    const without = replaceSecrets(text, () => 'X');
    expect(without).toContain('name: &p X');
    expect(without).not.toContain('test-value');
  });

  test('are none in a text that is no mapping', () => {
    for (const text of ['', '[]', '- password: x', '{', '&a [*a]', 'sources: 5']) {
      expect(replaceSecrets(text, () => 'X')).toBe(text);
    }
  });
});
