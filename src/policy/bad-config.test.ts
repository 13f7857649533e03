/**
 * Golden files: each file of test/corpus/bad-config is a faulty configuration, with all that is to be said of it at its
 * foot, one comment line a finding. A new case is a new file; the test says what is found where the foot is missing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { FakeClock } from '../platform/fake-clock.ts';
import { loadPolicy } from './load-policy.ts';
import { formatFinding, hasErrors } from '../config/finding.ts';
import type { Finding } from '../config/finding.ts';
import { loadNodeConfig } from '../config/load.ts';

const folder = join(import.meta.dirname, '../../test/corpus/bad-config');
const foot = '# => ';

async function findingsOf(file: string): Promise<readonly Finding[]> {
  const clock = new FakeClock('2026-11-23T08:00:00Z');
  const node = await loadNodeConfig(file, clock);
  if (node.kind === 'faulty') return node.findings;
  const policy = await loadPolicy({ node: node.value, revision: 1, clock });
  return [...node.findings, ...policy.findings];
}

/** Absolute paths differ from machine to machine. */
function shown(finding: Finding): string {
  const text = formatFinding({ ...finding, file: relative(folder, finding.file) });
  return text.replaceAll(`${folder}/`, './');
}

test.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('%s', async (name) => {
  const file = join(folder, name);
  expect(dirname(file)).toBe(folder);
  const lines = readFileSync(file, 'utf8').split('\n');
  const expected = lines.filter((line) => line.startsWith(foot)).map((line) => line.slice(foot.length));
  const findings = await findingsOf(file);
  expect(findings.map(shown)).toEqual(expected);
  expect(hasErrors(findings)).toBe(true);
  // What may be a password in the wrong place is never shown back.
  expect(findings.map(shown).join('\n')).not.toMatch(/hunter2|secret-of-a-test/);
});
