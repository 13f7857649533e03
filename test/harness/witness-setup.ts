/**
 * Before every test that talks to a relay: sessions are watched by witness.ts, also those of relays in processes of their own,
 * and a test whose sessions it contradicts fails. So does a file whose conversations it did not see.
 */
import { appendFileSync, rmSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { afterAll, afterEach, expect, inject, vi } from 'vitest';
import { conversationsHeld, watchSockets } from './witness-evidence.ts';
import { collectFromChildren, openWitnessFile, witnessFile } from './witness-file.ts';
import type { FileSeen } from './witness-report.ts';

vi.mock(import('../../src/listener/handle-event.ts'), async (original) => {
  const [{ handleEvent }, { witnessed }] = await Promise.all([original(), import('./witness.ts')]);
  return { handleEvent: witnessed(handleEvent) };
});

vi.mock(import('../../src/listener/admission.ts'), async (original) => {
  const [live, { witnessedAdmission }] = await Promise.all([original(), import('./witness-admission.ts')]);
  const { admissionRefusal, crowdedRefusal } = live;
  return { ...live, admissionRefusal: witnessedAdmission(admissionRefusal, crowdedRefusal) };
});

openWitnessFile();
watchSockets();

async function seen() {
  const { record } = await import('./witness-record.ts');
  collectFromChildren();
  return record;
}

async function noneContradicted(): Promise<void> {
  const { disagreements } = await seen();
  expect(disagreements.splice(0), 'the simulator judges as the live session did').toEqual([]);
}

afterEach(noneContradicted);

afterAll(async () => {
  await noneContradicted();
  const { conversations, compared, leftAlone } = await seen();
  const held = conversationsHeld();
  const line: FileSeen = {
    file: relative(process.cwd(), expect.getState().testPath ?? ''),
    conversations,
    compared: Object.fromEntries(compared),
    leftAlone: Object.fromEntries(leftAlone),
  };
  appendFileSync(inject('witnessRun'), `${JSON.stringify(line)}\n`);
  const left = witnessFile();
  if (left !== undefined) rmSync(dirname(left), { recursive: true, force: true });
  expect(conversations, `of ${held} conversations the witness saw`).toBeGreaterThanOrEqual(held);
});
