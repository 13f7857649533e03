/** How the relay itself does. */
import { z } from 'zod';
import { moment } from './common.ts';

export const checkState = z.enum(['ok', 'warn', 'fail']);

export const healthCheck = z
  .object({
    id: z.string().describe('Stable: `listener:devices`, `store`, `disk`.'),
    title: z.string(),
    state: checkState,
    evidence: z.string().describe('What was seen, with numbers.'),
    advice: z.string().optional().describe('What to do; absent while it is well.'),
    since: moment.describe('Begin of this state.'),
    checkedAt: moment,
    value: z.number().optional().describe('The number behind the evidence, in `unit`.'),
    unit: z.enum(['ms', 'bytes', 'percent', 'seconds', 'days', 'count']).optional(),
    decides: z.boolean().describe('Where it fails, mail is not accepted: `/readyz` answers 503.'),
    history: z
      .array(z.object({ at: moment, state: checkState, value: z.number().optional() }))
      .describe(
        'A point every five minutes and one at each change of state, the oldest first; kept over restarts.',
      ),
  })
  .meta({ id: 'HealthCheck' });

export const healthView = z
  .object({
    state: checkState.describe('The worst of the checks.'),
    ready: z.boolean().describe('As `/readyz` has it: mail is accepted.'),
    notReadyBecause: z.array(z.string()).describe('Ids of the checks for which mail is not accepted.'),
    checkedAt: moment.optional().describe('Of the last round; absent before the first.'),
    checks: z.array(healthCheck),
  })
  .meta({ id: 'HealthView' });

export type HealthCheckView = z.output<typeof healthCheck>;
export type HealthView = z.output<typeof healthView>;
