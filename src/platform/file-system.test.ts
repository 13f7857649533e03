import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { persistenceAt, persistenceOf } from './file-system.ts';

// Numbers of linux/magic.h.
test.each([
  [0x01021994, 'memory', 'tmpfs'],
  [0x858458f6, 'memory', 'ramfs'],
  [0x858458f6 | 0, 'memory', 'ramfs, given as a signed number'],
  [0x794c7630, 'container-layer', 'overlayfs'],
  [0xef53, 'lasting', 'ext4'],
  [0x58465342, 'lasting', 'xfs'],
  [0x6969, 'lasting', 'nfs'],
  [0, 'lasting', 'unknown'],
])('%i is %s (%s)', (type, kind) => {
  expect(persistenceOf(type)).toBe(kind);
});

test('a directory is looked at, and a missing one is an error', async () => {
  expect(['memory', 'container-layer', 'lasting']).toContain(await persistenceAt(tmpdir()));
  if (process.platform === 'linux') await expect(persistenceAt('/nowhere/at/all')).rejects.toThrow('ENOENT');
});
