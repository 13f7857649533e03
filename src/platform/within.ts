/** An end in real time for what reaches outside the program: a socket, a disk. Simulated time must not cut it short. */

/** Rejects with `TimeoutError` when the promise takes longer; what it does goes on. */
export function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const signal = AbortSignal.timeout(ms);
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([promise, late]).finally(() => signal.removeEventListener('abort', onAbort));
}
