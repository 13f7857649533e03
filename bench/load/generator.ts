/** Sends a number of messages over a number of connections as fast as the other side takes them. */
import { runConnection, type LoadPlan } from './connection.ts';

export interface LoadResult {
  readonly acknowledged: number;
  /** CLOCK_MONOTONIC in nanoseconds, comparable between processes of one machine. */
  readonly startedAt: bigint;
  /** When the last message was acknowledged; the farewells after it do not count. */
  readonly endedAt: bigint;
}

/** Resolves when every message was acknowledged once; rejects with the first fault. */
export async function generateLoad(plan: LoadPlan): Promise<LoadResult> {
  let left = plan.messages;
  let acknowledged = 0;
  let endedAt = 0n;
  const take = (): boolean => {
    if (left === 0) return false;
    left -= 1;
    return true;
  };
  const work = {
    plan,
    take,
    acknowledged: () => {
      acknowledged += 1;
      if (acknowledged === plan.messages) endedAt = process.hrtime.bigint();
    },
  };
  const startedAt = process.hrtime.bigint();
  const lanes = Array.from({ length: plan.connections }, async () => {
    // The first message of a connection is claimed before it is opened, so that none is opened in vain.
    while (take()) await runConnection(work);
  });
  await Promise.all(lanes);
  return { acknowledged, startedAt, endedAt };
}
