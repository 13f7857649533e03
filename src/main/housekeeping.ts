/** What is done from time to time: letting old traces go, warning of what ends soon, and noticing how the store feels. */
import type { Events } from '../observe/events.ts';
import type { Clock, Milliseconds } from '../platform/clock.ts';
import type { Store, StoreHealth } from '../store/store.ts';
import type { ExpiryWatch } from './expiry-watch.ts';
import type { Retention } from './retention.ts';

const sweepMs = 3_600_000;
/** The first sweep waits until the start is over and mail flows. */
const firstSweepMs = 60_000;
const healthMs = 1_000;

interface Housekeeping {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: Events;
  readonly retention: Pick<Retention, 'sweep'>;
  readonly expiries: Pick<ExpiryWatch, 'look'>;
  /** Reads again what may have been written beside the relay; before each look. */
  readonly beforeLook?: () => Promise<void>;
}

export function startHousekeeping(options: Housekeeping): Disposable {
  const stack = new DisposableStack();
  stack.use(repeat(options.clock, { firstMs: firstSweepMs, everyMs: sweepMs }, () => sweep(options)));
  stack.use(
    repeat(options.clock, { firstMs: sweepMs, everyMs: sweepMs }, async () => {
      await options.beforeLook?.();
      options.expiries.look();
    }),
  );
  let health: StoreHealth = 'ok';
  const look = (): void => {
    const now = options.store.health?.() ?? 'ok';
    if (now === health) return;
    health = now;
    if (now === 'ok') options.events.emit({ kind: 'store-recovered' });
    else options.events.emit({ kind: 'store-trouble', text: troubleWords[now] });
  };
  stack.use(repeat(options.clock, { firstMs: healthMs, everyMs: healthMs }, look));
  return stack;
}

const troubleWords = {
  full: 'less than minimumFree is left on the disk of the data directory: mail is answered 452 until there is room',
  failing: 'the last write failed: mail is answered 451 until one works',
} as const;

async function sweep({ events, retention }: Housekeeping): Promise<void> {
  try {
    await retention.sweep();
  } catch (error) {
    events.emit({ kind: 'store-trouble', text: `old traces were not removed: ${(error as Error).message}` });
  }
}

function repeat(
  clock: Clock,
  times: { readonly firstMs: Milliseconds; readonly everyMs: Milliseconds },
  run: () => unknown,
): Disposable {
  let stopped = false;
  let cancel = clock.after(times.firstMs, () => void step());
  const step = async (): Promise<void> => {
    await run();
    if (!stopped) cancel = clock.after(times.everyMs, () => void step());
  };
  return {
    [Symbol.dispose]() {
      stopped = true;
      cancel();
    },
  };
}
