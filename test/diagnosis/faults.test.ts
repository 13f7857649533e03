/** Faults built for real: what was broken, and that tester, doctor or explainer names exactly this cause and its mend first. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { certificateFaults } from './faults/certificates.ts';
import { deviceFaults } from './faults/device.ts';
import { microsoftFaults } from './faults/microsoft.ts';
import { nameFaults } from './faults/names.ts';
import { nodeFaults } from './faults/node.ts';
import { wayFaults } from './faults/way.ts';
import { closeWorld, openWorld } from './faults/world.ts';

const faults = [
  ...wayFaults,
  ...certificateFaults,
  ...nameFaults,
  ...microsoftFaults,
  ...nodeFaults,
  ...deviceFaults,
];
let named = 0;
let asked = 0;

beforeAll(openWorld);

afterAll(async () => {
  await closeWorld();
  process.stdout.write(`faults named with cause and mend first: ${named} of ${asked}\n`);
});

test.each(faults)('$fault', async ({ told, id, cause, mend }) => {
  asked += 1;
  const found = await told();
  expect(found).toMatchObject({
    id,
    cause: expect.stringContaining(cause) as string,
    mend: expect.stringContaining(mend) as string,
  });
  named += 1;
});
