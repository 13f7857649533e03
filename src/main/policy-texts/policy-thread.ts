/** The thread that reads texts of policies: one piece of work after the other, until nobody needs it. */
import { parentPort } from 'node:worker_threads';
import type { PolicyThreadAnswer, PolicyThreadCall } from './policy-texts.ts';
import { policyWork } from './work.ts';

parentPort?.on('message', ({ name, given }: PolicyThreadCall) => {
  void work(name, given).then((answer) => parentPort?.postMessage(answer));
});

async function work(name: PolicyThreadCall['name'], given: unknown): Promise<PolicyThreadAnswer> {
  try {
    return { result: await (policyWork[name] as (given: unknown) => unknown)(given) };
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    return { fault: message, stack };
  }
}
