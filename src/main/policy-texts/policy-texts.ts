/**
 * Texts of policies, read without keeping the event loop that speaks SMTP: long ones by a thread of its own, which begins
 * with the first of them and ends when none came for a while. Short ones are read at once, because they take less than a
 * message to the thread does.
 *
 * Untrusted: the texts, as far as their authors may err. Limits: `workMs` for one piece of work, `heapMiB` for the thread;
 * beyond them the work fails with PolicyTextTooCostly and the next one gets a new thread.
 */
import { Worker } from 'node:worker_threads';
import type { CancelTimer } from '../../platform/clock.ts';
import { systemClock } from '../../platform/clock.ts';
import type { WorkGiven, WorkName, WorkResult } from './work.ts';
import { policyWork } from './work.ts';

/** Characters of all texts of a piece of work. A hundred sources, read within some milliseconds. */
const atOnceMax = 12_000;
const workMs = 120_000;
const idleMs = 30_000;
const heapMiB = 2_048;

export interface PolicyThreadCall {
  readonly name: WorkName;
  readonly given: unknown;
}

export type PolicyThreadAnswer =
  | { readonly result: unknown }
  | { readonly fault: string; readonly stack: string };

/** In words for the operator. */
export class PolicyTextTooCostly extends Error {}

export class PolicyTexts {
  #thread: Worker | undefined;
  #cancelIdle: CancelTimer = () => undefined;
  /** One piece of work after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  async run<N extends WorkName>(name: N, given: WorkGiven<N>): Promise<WorkResult<N>> {
    const { text, before = '' } = given as { readonly text: string; readonly before?: string };
    const lines = 'edits' in given ? JSON.stringify(given.edits).length : 0;
    if (text.length + before.length + lines <= atOnceMax) {
      return (await (policyWork[name] as (given: unknown) => unknown)(given)) as WorkResult<N>;
    }
    const work = this.#turn.then(() => this.#inThread(name, given));
    this.#turn = work.catch(() => undefined);
    return (await work) as WorkResult<N>;
  }

  #inThread(name: WorkName, given: unknown): Promise<unknown> {
    this.#cancelIdle();
    const thread = (this.#thread ??= this.#start());
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const cancel = systemClock.after(workMs, () =>
      fail(`it takes longer than ${workMs / 1000} seconds to read`),
    );
    const fail = (why: string): void => {
      if (this.#thread === thread) this.#thread = undefined;
      void thread.terminate();
      reject(new PolicyTextTooCostly(why));
    };
    const onError = (error: unknown): void =>
      fail(`the thread that reads it failed: ${error instanceof Error ? error.message : String(error)}`);
    const onExit = (): void => fail('the thread that reads it ended');
    const onMessage = (answer: PolicyThreadAnswer): void => {
      if ('fault' in answer) reject(Object.assign(new Error(answer.fault), { stack: answer.stack }));
      else resolve(answer.result);
    };
    thread.once('message', onMessage).once('error', onError).once('exit', onExit);
    thread.postMessage({ name, given } satisfies PolicyThreadCall);
    return promise.finally(() => {
      cancel();
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      this.#cancelIdle = systemClock.after(idleMs, () => {
        this.#thread = undefined;
        void thread.terminate();
      });
    });
  }

  #start(): Worker {
    const isSource = import.meta.url.endsWith('.ts');
    const file = new URL(isSource ? './policy-thread.ts' : './policy-thread.js', import.meta.url);
    const thread = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: heapMiB } });
    // A stop does not wait for it.
    thread.unref();
    // Who waits for an answer hears of it; between two pieces of work nobody has to.
    thread.on('error', () => undefined);
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }
}
