/** How a job goes over an open connection, or how it ends where it cannot go this way. */
import { UnwritableCommand } from '../../protocol/smtp/client/command.ts';
import type { Plan } from '../../protocol/smtp/client/plan.ts';
import { planTransaction } from '../../protocol/smtp/client/plan.ts';
import type { Pace } from '../../protocol/smtp/client/transaction.ts';
import type { Job } from './job.ts';
import { failAll } from './job.ts';
import { planFailure } from './judge-transaction.ts';
import type { OpenConnection } from './open-connection.ts';
import { unwritable } from './run.ts';

/** A connection without a word for this long must prove that it lives. */
const silenceMs = 2_000;

/** Undefined when the job has ended already because it cannot go this way. */
export function planJob(
  job: Job,
  { capabilities, tls, host }: OpenConnection,
): Extract<Plan, { kind: 'send' }> | undefined {
  const { recipientsMax } = capabilities;
  if (recipientsMax !== undefined && job.recipients.length > recipientsMax) {
    job.split(recipientsMax);
    return undefined;
  }
  try {
    const plan = planTransaction({
      capabilities,
      envelope: { ...job.envelope, recipients: job.recipients },
      content: job.facts,
      tlsVerified: tls?.verified === true,
    });
    if (plan.kind === 'send') return plan;
    if (plan.kind === 'convert') job.convert(host);
    else failAll(job, planFailure(plan.fault, host), host);
  } catch (error) {
    if (!(error instanceof UnwritableCommand)) throw error;
    failAll(job, unwritable(error, host), host);
  }
  return undefined;
}

/** How much is written ahead of the answers; `silentMs`: how long nothing was heard on the connection. */
export function paceOf(
  plan: Extract<Plan, { kind: 'send' }>,
  job: Job,
  { pipelining }: OpenConnection['capabilities'],
  silentMs: number,
): Pace {
  if (!pipelining) return 'lockstep';
  if (plan.transfer === 'data') return 'data';
  return job.content.kind === 'whole' && silentMs < silenceMs ? 'ahead' : 'envelope';
}
