/** Gives the outcome of transactions to those who wait for their jobs. */
import type { RouteScope } from '../classify-reply.ts';
import type { Job } from './job.ts';
import type { Interruption } from './judge-transaction.ts';
import { judgeTransaction } from './judge-transaction.ts';
import type { OpenConnection } from './open-connection.ts';
import type { Run } from './run.ts';

/** `interruption`: the conversation ended before all replies were in. */
export function finishRun(
  run: Run,
  { host, tls }: OpenConnection,
  routeScope: RouteScope,
  interruption?: Interruption,
): void {
  run.job.finish({
    host,
    ...(tls && { tls }),
    recipients: judgeTransaction({
      transaction: run.transaction,
      planned: run.plan.recipients,
      contentWritten: run.contentWritten,
      ...(interruption && { interruption }),
      routeScope,
      host,
    }),
  });
}

/** When the connection ends with these under way; the jobs returned left no trace at the peer, so another may try. */
export function finishRuns(
  runs: readonly Run[],
  connection: OpenConnection,
  routeScope: RouteScope,
  interruption: Interruption,
): readonly Job[] {
  const unsent: Job[] = [];
  for (const run of runs) {
    // A connection that was dropped while idle, or that the peer ends after so many messages, tells so only
    // now. Nothing was taken, so another connection may try without the risk of a duplicate; once.
    const leftNoTrace = !run.transaction.answered && !run.contentWritten && !run.isFirst;
    if (interruption.kind === 'failed' && leftNoTrace && !run.job.needsFresh) {
      run.job.needsFresh = true;
      unsent.push(run.job);
    } else {
      finishRun(run, connection, routeScope, interruption);
    }
  }
  return unsent;
}
