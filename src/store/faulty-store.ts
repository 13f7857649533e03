/**
 * A test aid: a store that fails at one call, or for a while, before or after the call had its effect. "After" is
 * what a lost connection to a server looks like: the work was done, its answer never came.
 */
import type { Store } from './store.ts';
import { StoreError } from './store.ts';

export type FaultTime = 'before' | 'after';

export interface FaultPlan {
  /** Number of the first call that fails, from 1, and how many fail from there. */
  readonly from: number;
  readonly count: number;
  readonly time: FaultTime;
  readonly kind?: StoreError['kind'];
}

export interface FaultyStore {
  readonly store: Store;
  /** Calls made so far that could fail. */
  readonly calls: () => number;
  /** Calls that were made to fail. */
  readonly faults: () => number;
  /** Counts from 1 again, with another plan or none. */
  readonly plan: (plan: FaultPlan | undefined) => void;
}

const counted = new Set<PropertyKey>([
  'insert',
  'change',
  'claim',
  'renew',
  'release',
  'lapse',
  'nextDue',
  'get',
  'list',
  'sweep',
  'document',
  'putDocument',
]);

export function createFaultyStore(inner: Store, first?: FaultPlan): FaultyStore {
  let plan = first;
  let calls = 0;
  let faults = 0;
  const fault = (time: FaultTime, call: number, name: string): void => {
    if (plan?.time !== time || call < plan.from || call >= plan.from + plan.count) return;
    faults += 1;
    throw new StoreError(plan.kind ?? 'failed', `planned fault ${time} ${name}, call ${call}`);
  };
  const store = new Proxy(inner, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (!counted.has(name)) return value.bind(target) as unknown;
      return async (...given: unknown[]): Promise<unknown> => {
        calls += 1;
        const call = calls;
        fault('before', call, String(name));
        const result = await (Reflect.apply(value, target, given) as Promise<unknown>);
        fault('after', call, String(name));
        return result;
      };
    },
  });
  return {
    store,
    calls: () => calls,
    faults: () => faults,
    plan: (next) => {
      plan = next;
      calls = 0;
    },
  };
}
