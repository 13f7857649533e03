/** A copy of a store in use: of its database, and of the files that it names, which stay until the copy is disposed of. */
import type { StoreSnapshot } from '../store.ts';
import { StoreError } from '../store.ts';
import type { ContentFiles } from './content-files.ts';
import { failureOf, storeError } from './failure.ts';
import { copyStore } from './snapshot.ts';

/** `root`: directory of the store; `directory`: where its copy goes. Rejects with StoreError. */
export async function snapshotOf(
  root: string,
  directory: string,
  files: ContentFiles,
): Promise<StoreSnapshot> {
  const kept = files.keep();
  try {
    const copy = await copyStore(root, directory);
    return {
      ...copy,
      root,
      // eslint-disable-next-line typescript/require-await
      async [Symbol.asyncDispose]() {
        kept[Symbol.dispose]();
      },
    };
  } catch (error) {
    kept[Symbol.dispose]();
    throw error instanceof StoreError ? error : storeError(failureOf(error, directory), error);
  }
}
