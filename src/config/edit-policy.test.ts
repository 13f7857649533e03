import { expect, test } from 'vitest';
import { editPolicyText, entryOf } from './edit-policy.ts';
import { withKeptSecrets } from './kept-secrets-in-entry.ts';

const text = `# the policy of Contoso
tenant:
  domain: contoso.com # the main one

sources:
  # on the ground floor
  - name: printer
    networks:
      - 10.20.0.15 # by the door
      - { range: 10.20.4.0/28, note: "pick robots" }
    senders: ["scanner@contoso.com"]

  - name: erp
    networks: [10.20.0.16]
    senders: ['*@contoso.com']
connectors: []
`;

function edited(...edits: Parameters<typeof editPolicyText>[1]): string {
  const result = editPolicyText(text, edits);
  if (result.kind !== 'edited') throw new Error(result.kind);
  return result.text;
}

test('a change of one entry leaves every other line and all comments as they were', () => {
  const { entry } = entryOf(text, 'sources', 'printer')!;
  const after = edited({
    kind: 'put',
    list: 'sources',
    name: 'printer',
    entry: { ...entry, owner: 'it@contoso.com' },
  });
  const before = text.split('\n');
  expect(after.split('\n').filter((line) => !before.includes(line))).toEqual(['    owner: it@contoso.com']);
  expect(after).toContain('- 10.20.0.15 # by the door');
  expect(after).toContain("senders: ['*@contoso.com']");
});

test('an entry of a list inside the entry is replaced alone', () => {
  const { entry } = entryOf(text, 'sources', 'printer')!;
  const networks = ['10.20.0.15', { range: '10.20.4.0/28', note: 'pick robots', expires: '2027-06-30' }];
  const after = edited({ kind: 'put', list: 'sources', name: 'printer', entry: { ...entry, networks } });
  expect(after).toContain('- 10.20.0.15 # by the door');
  expect(after).toContain('{ range: 10.20.4.0/28, note: "pick robots", expires: 2027-06-30 }');
});

test('entries are added and removed, also in an empty policy and in one that was given as JSON', () => {
  expect(edited({ kind: 'remove', list: 'sources', name: 'erp' })).not.toContain('erp');
  const added = editPolicyText('{}\n', [
    { kind: 'put', list: 'sources', entry: { name: 'a', networks: ['10.0.0.1'] } },
  ]);
  expect(added).toEqual({ kind: 'edited', text: 'sources:\n  - name: a\n    networks:\n      - 10.0.0.1\n' });
  const json = editPolicyText('{"sources":[{"name":"a","senders":["*"]}]}', [
    { kind: 'put', list: 'blocked', entry: '192.0.2.9' },
  ]);
  expect(json).toMatchObject({
    text: 'sources:\n  - name: a\n    senders:\n      - "*"\nblocked:\n  - 192.0.2.9\n',
  });
});

test('a name that is not there is said', () => {
  expect(editPolicyText(text, [{ kind: 'remove', list: 'sources', name: 'nobody' }])).toEqual({
    kind: 'missing',
    name: 'nobody',
  });
});

test('a change that would reach other entries by an alias is refused', () => {
  const shared = `sources:\n  - name: a\n    senders: &all ["*@contoso.com"]\n  - name: b\n    senders: *all\n`;
  const put = (name: string, entry: object) =>
    editPolicyText(shared, [{ kind: 'put', list: 'sources', name, entry: entry as never }]).kind;
  expect(put('a', { name: 'a', senders: ['x@contoso.com'] })).toBe('not-editable');
  expect(editPolicyText(shared, [{ kind: 'remove', list: 'sources', name: 'a' }]).kind).toBe('not-editable');
  expect(put('b', { name: 'b', senders: ['x@contoso.com'] })).toBe('edited');
});

test('a redacted secret stays what it was, and one that never was is named', () => {
  const before = {
    name: 'out',
    route: { type: 'smart-host', login: { username: 'u', password: 'test-value' } },
  };
  const given = {
    name: 'out',
    route: { type: 'smart-host', login: { username: 'v', password: '[redacted]' } },
  };
  expect(withKeptSecrets(given, before)).toMatchObject({
    entry: { route: { login: { username: 'v', password: 'test-value' } } },
  });
  expect(withKeptSecrets(given, undefined)).toEqual({ kind: 'unknown', paths: ['route.login.password'] });
});
