/** What is measured all the time and is no event of mail: commits of the store, the event loop, tokens. */
import type { Metrics } from '../observe/metrics.ts';
import { watchEventLoop } from '../platform/event-loop.ts';
import type { StoreCommit } from '../store/store.ts';

export interface Measures extends Disposable {
  readonly onCommit: (commit: StoreCommit) => void;
  readonly onTokenRequest: (connector: string, result: 'issued' | 'failed') => void;
}

export function startMeasures(metrics: Metrics): Measures {
  const { loopSeconds, commitSeconds, commitWrites, tokenRequests, label } = metrics;
  const loop = watchEventLoop((delayMs) => loopSeconds.observe(delayMs / 1000));
  return {
    onCommit({ operations, durationMs, isFailed }) {
      commitSeconds.observe(durationMs / 1000);
      commitWrites.inc({ result: isFailed ? 'failed' : 'ok' }, operations);
    },
    onTokenRequest: (connector, result) =>
      tokenRequests.inc({ connector: label('connector', connector), result }),
    [Symbol.dispose]: () => loop[Symbol.dispose](),
  };
}
