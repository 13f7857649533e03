/** Holds docs/replies.md against the replies in the code, in both directions. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../harness/child.ts';

const page = readFileSync(join(repository, 'docs/replies.md'), 'utf8');
const sources = ['src/accept', 'src/policy', 'src/listener', 'src/protocol/smtp/server']
  .map(sourceText)
  .join('\n');

// Each `text` of a reply, and the third argument of `refuse(code, status, text, …)`; what changes is `…`.
const texts = [
  ...sources.matchAll(/\btext: (?:'([^']+)'|`([^`]+)`)/g),
  ...sources.matchAll(/\brefuse\(\s*\d{3},\s*'[\d.]+',\s*(?:'([^']+)'|`([^`]+)`)/g),
].map(([, plain, template]) => (plain ?? template ?? '').replaceAll(/\$\{[^}]*\}/g, '…'));
const statuses = [
  ...sources.matchAll(/\bcode: (\d{3}),\s*enhanced: '([\d.]+)'/g),
  ...sources.matchAll(/\brefuse\(\s*(\d{3}),\s*'([\d.]+)'/g),
].map(([, code, enhanced]) => `${code} ${enhanced}`);
const rows = [...page.matchAll(/^\| `(\d{3})(?: (\d\.\d\.\d+))? ([^`]*)` \| (?:`([a-z-]+)` \|)?/gm)].map(
  ([, code = '', enhanced, text = '', rule]) => ({ status: `${code} ${enhanced}`, text, rule }),
);

describe('docs/replies.md', () => {
  test.each([...new Set(statuses)])('has a row for %s', (status) => {
    expect(rows.map((row) => row.status)).toContain(status);
  });

  // Texts that are joined from parts are rows with `…`; the words of a reply begin with a capital, those of a parser do not.
  const known = texts.filter((text) => /^[A-Z]/.test(text) && !text.includes('(ref '));
  test.each([...new Set(known)])('has a row for "%s"', (text) => {
    expect(rows.map((row) => row.text)).toContain(text);
  });

  test.each(rows.filter(({ text }) => !text.startsWith('…')))(
    'names a text of the code: $text',
    ({ text }) => {
      // A text may be written in any way in the code, so each of its fixed parts is looked for.
      for (const part of text.split('…')) expect(sources).toContain(part);
    },
  );

  test.each(rows.filter(({ rule }) => rule !== undefined))(
    'names a rule of the code: $rule',
    ({ rule = '' }) => {
      // Of SPF a rule is made of the result, which stands in the code by itself.
      const [, result] = /^spf-(\w+)$/.exec(rule) ?? [];
      const isMade =
        (rule.endsWith('-required') && sources.includes('-required`')) ||
        (result !== undefined && sources.includes('`spf-${result}`') && sources.includes(`'${result}'`));
      expect(isMade || sources.includes(`'${rule}'`)).toBe(true);
    },
  );

  test('is read by this test', () => {
    expect(rows.length).toBeGreaterThan(60);
    expect(known.length).toBeGreaterThan(30);
    expect(statuses.length).toBeGreaterThan(40);
  });
});

function sourceText(folder: string): string {
  return readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(?:test|fixture|measure)\.ts$/.test(name))
    .map((name) => readFileSync(join(repository, folder, name), 'utf8'))
    .join('\n');
}
