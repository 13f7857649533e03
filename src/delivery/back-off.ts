/** How long a recipient or a suspended connector waits before the next try. */
import type { ConnectorConfig } from '../config/policy-schema.ts';
import type { Milliseconds } from '../platform/clock.ts';

export type RetrySettings = ConnectorConfig['retry'];

/** For mail that no connector takes, so that no connector says how to retry; the defaults of the schema. */
export const retryWithoutRoute: RetrySettings = {
  initial: 60_000,
  maximum: 30 * 60_000,
  expireAfter: 2 * 86_400_000,
  delayNoticeAfter: 4 * 3_600_000,
};

/**
 * The pause after `failures` failures in a row (1 and up): it doubles from `initial` until it reaches `maximum`, and lies
 * anywhere in the upper half of that, so that messages which failed together do not come back together.
 * `jitter` is in [0, 1). Never below `initial`, never above `maximum`.
 */
export function backOffMs(retry: RetrySettings, failures: number, jitter: number): Milliseconds {
  const ceiling = Math.min(retry.maximum, retry.initial * 2 ** Math.min(failures, 40));
  const floor = Math.min(ceiling, Math.max(retry.initial, ceiling / 2));
  return Math.round(floor + jitter * (ceiling - floor));
}
