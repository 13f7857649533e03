/** D22: a queue that goes with the machine or the container is said loudly at every start. */
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProcess } from '../harness/child.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';

const inMemory = '/dev/shm';
const tmpfs = 0x01021994;
const hasTmpfs = await statfs(inMemory).then(
  ({ type }) => type === tmpfs,
  () => false,
);

test.skipIf(!hasTmpfs)(
  `a data directory in memory is named a danger (needs a tmpfs at ${inMemory})`,
  async () => {
    const data = await mkdtemp(join(inMemory, 'relay365-test-'));
    try {
      await using workspace = await makeWorkspace({ policy: loopbackPolicy(1), node: { data } });
      await using relay = await startProcess(workspace.configFile);
      const danger = await relay.event('danger', ({ text }) => String(text).includes(data));
      expect(danger['text']).toContain('lies in memory');
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  },
);
