/**
 * Before every whole-system test: sessions are watched by witness.ts, also those of relays in processes of their own, and a test
 * whose sessions it contradicts fails.
 */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, expect, vi } from 'vitest';
import { openWitnessFile, takeSeenByChildren, witnessFile } from './witness-file.ts';

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

afterEach(async () => {
  const { disagreements } = await import('./witness.ts');
  const found = [...disagreements.splice(0), ...takeSeenByChildren().disagreements];
  expect(found, 'the simulator judges as the live session did').toEqual([]);
});

afterAll(() => {
  const file = witnessFile();
  if (file !== undefined) rmSync(dirname(file), { recursive: true, force: true });
});
