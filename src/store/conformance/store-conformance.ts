/**
 * What every engine must do, as tests. A runner (`*.test.ts`) calls this with a way to open an empty store;
 * an engine that keeps data gives `reopen` as well.
 */
import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../store.ts';
import { keptContentTests } from './kept-content-tests.ts';
import { keyedTests } from './keyed-tests.ts';
import { contentTests } from './content-tests.ts';
import { leaseTests } from './lease-tests.ts';
import { listTests } from './list-tests.ts';
import { messageTests } from './message-tests.ts';
import { recordTests } from './record-tests.ts';
import { searchTests } from './search-tests.ts';

export interface Opened {
  readonly store: Store;
  /** Ends the store as the end of the process would, and opens its data again; absent where nothing is kept. */
  readonly reopen?: () => Promise<Opened>;
  /** Ends the store and removes its data. */
  readonly dispose: () => Promise<void>;
}

/** The store of the test that runs. */
export interface Subject {
  readonly store: Store;
  /** Opens the data again where the engine keeps any; otherwise nothing happens. */
  reopen(): Promise<void>;
}

export function storeConformance(
  name: string,
  open: (options: { readonly eventsMax: number; readonly keepsContent?: boolean }) => Promise<Opened>,
): void {
  describe(`store conformance: ${name}`, () => {
    let opened: Opened;
    const subject: Subject = {
      get store() {
        return opened.store;
      },
      async reopen() {
        if (opened.reopen !== undefined) opened = await opened.reopen();
      },
    };
    beforeEach(async () => {
      opened = await open({ eventsMax: 50 });
    });
    afterEach(async () => {
      await opened.dispose();
    });
    messageTests(subject);
    listTests(subject);
    contentTests(subject);
    leaseTests(subject);
    recordTests(subject);
    searchTests(subject);
    keyedTests(subject);
    keptContentTests((keepsContent) => open({ eventsMax: 50, keepsContent }));
  });
}
