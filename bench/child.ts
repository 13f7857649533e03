/** Requests and answers between the benchmark and the processes it starts from its own files. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

interface Envelope {
  readonly id: number;
  readonly body?: unknown;
  readonly error?: string;
}

export interface Child {
  readonly pid: number;
  /** Rejects when the child reports a fault, ends, or `signal` is aborted. */
  ask(body: unknown, signal: AbortSignal): Promise<unknown>;
  /** Ends the process and waits for it. */
  stop(): Promise<void>;
}

export function startChild(file: URL): Child {
  const child = fork(file, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map<number, { resolve(body: unknown): void; reject(error: Error): void }>();
  let last = 0;
  child.on('message', (message: Envelope) => {
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) asked?.resolve(message.body);
    else asked?.reject(new Error(message.error));
  });
  child.on('exit', (code, signal) => {
    for (const asked of waiting.values())
      asked.reject(new Error(`${file.pathname} ended (${code ?? signal})`));
    waiting.clear();
  });
  return {
    pid: child.pid ?? 0,
    ask: (body, signal) =>
      new Promise((resolve, reject) => {
        last += 1;
        const id = last;
        const stop = (): void => {
          waiting.delete(id);
          reject(signal.reason);
        };
        if (signal.aborted) {
          stop();
          return;
        }
        signal.addEventListener('abort', stop, { once: true });
        const settled = (): void => signal.removeEventListener('abort', stop);
        waiting.set(id, {
          resolve: (answer) => {
            settled();
            resolve(answer);
          },
          reject: (error) => {
            settled();
            reject(error);
          },
        });
        child.send({ id, body } satisfies Envelope);
      }),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** The other side: answers each request with what `answer` gives. The process ends with its parent. */
export function answerRequests(answer: (request: never) => Promise<unknown>): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (message: Envelope) => {
    answer(message.body as never).then(
      (body) => process.send?.({ id: message.id, body } satisfies Envelope),
      (error: unknown) => process.send?.({ id: message.id, error: String(error) } satisfies Envelope),
    );
  });
}
