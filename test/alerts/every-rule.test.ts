/** Of every rule of the table there is a test here that makes it fire by its cause, once, and clear. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ruleIds } from '../../src/config/alert-rules.ts';

test('each rule is seen to be told once and to be over, at the webhook of a whole relay', async () => {
  const names = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.test.ts'));
  const texts = await Promise.all(names.map((name) => readFile(join(import.meta.dirname, name), 'utf8')));
  const proven = (rule: string) =>
    texts.some((text) => text.includes(`expect(world.told('${rule}')).toEqual(['opened', 'closed']);`));
  expect(ruleIds.filter((rule) => !proven(rule))).toEqual([]);
});
