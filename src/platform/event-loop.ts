/** How late the event loop is: what everything that speaks SMTP has to wait. In real time, also where the relay's is simulated. */

/** Four looks a second cost nothing that can be measured, and see every stall of more than a quarter of a second whole. */
const everyMs = 250;

/** Tells, at each look, by how many milliseconds its timer came late. Does not keep the process alive. */
export function watchEventLoop(onDelay: (delayMs: number) => void): Disposable {
  let due = performance.now() + everyMs;
  const timer = setInterval(() => {
    const now = performance.now();
    onDelay(Math.max(0, now - due));
    // From now on, so that one stall is not told again by the looks after it.
    due = now + everyMs;
  }, everyMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
