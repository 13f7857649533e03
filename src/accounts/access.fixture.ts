/** For tests: everything about access over a store in memory, with a clock that the test moves. */
import { createVault, newKeyText, parseKey } from '../config/vault.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { seededRandom } from '../platform/random.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import type { AccessOptions } from './access.ts';
import { openAccess } from './access.ts';

/** A test value. */
export const testPassword = 'test value: four printers and a mouse';
export const address = '192.0.2.7';

export async function makeAccess(change: Partial<AccessOptions> = {}) {
  const clock = (change.clock as FakeClock | undefined) ?? new FakeClock();
  const options: AccessOptions = {
    store: createMemoryStore({ clock }),
    vault: createVault(parseKey(newKeyText())),
    clock,
    random: seededRandom(1),
    failures: 3,
    lockoutMs: 900_000,
    testing__passwordCost: { logN: 10, r: 8, p: 1 },
    ...change,
  };
  const access = await openAccess(options);
  return { ...access, clock, options, reopen: () => openAccess(options) };
}

/** Moves the clock until the work is done: answers to failures come late. */
export async function outcome<T>(clock: FakeClock, work: PromiseLike<T>): Promise<T | Error> {
  let done: T | Error | undefined;
  const settled = work.then(
    (value) => (done = value ?? (true as T)),
    (error: unknown) => (done = error as Error),
  );
  while (done === undefined) {
    const next = clock.nextTimerAt;
    if (next !== undefined) await clock.advance(next - clock.now());
    // Hashes are computed in real time, in which the clock stands.
    else await Promise.race([settled, clock.waited()]);
  }
  return done;
}
