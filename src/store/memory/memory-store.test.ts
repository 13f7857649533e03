import { storeConformance } from '../conformance/store-conformance.ts';
import { createMemoryStore } from './memory-store.ts';

storeConformance('memory', async (options) => {
  const store = createMemoryStore(options);
  return { store, dispose: () => Promise.resolve(store[Symbol.asyncDispose]()) };
});
