import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Opened } from '../conformance/store-conformance.ts';
import { storeConformance } from '../conformance/store-conformance.ts';
import { openSqliteStore } from './sqlite-store.ts';

storeConformance('sqlite', async (options) => {
  const directory = await mkdtemp(join(tmpdir(), 'relay365-store-'));
  const open = async (): Promise<Opened> => {
    const store = await openSqliteStore({ ...options, directory });
    return {
      store,
      reopen: async () => {
        await store[Symbol.asyncDispose]();
        return await open();
      },
      dispose: async () => {
        await store[Symbol.asyncDispose]();
        await rm(directory, { recursive: true });
      },
    };
  };
  return await open();
});
