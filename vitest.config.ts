import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Threads and processes that tests start find their code compiled. A store has three threads: its tests take a third of the
// processor time that they take without.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/relay365');

// Memory of a process is what they look at.
const measured = ['test/hostile/memory.test.ts'];

// They hold conversations with a listener: what the simulator says of each is compared.
const sessions = ['src/listener/**/*.test.ts'];

const witness = ['test/harness/witness-setup.ts'];

// A condition is waited for; how long it may take is a matter of how busy the machine is. These limits end a wait that has no end
// and measure nothing: a machine that is ten times slower stays within them.
const poll = { timeout: 60_000 };

// Unit tests stand beside the code and share one worker's module cache; whole-system tests under
// test/ own sockets, processes and workers, so each of their files runs in isolation.
export default defineConfig({
  test: {
    // By default one core is left for watching; here a file waits for sockets and timers more than it reckons.
    maxWorkers: Math.max(2, availableParallelism()),
    globalSetup: ['test/harness/witness-report.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,sandbox,tools,bench,microsoft365}/**/*.test.ts'],
          exclude: sessions,
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll },
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.test.ts', ...sessions],
          setupFiles: witness,
          exclude: measured,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect: { poll },
        },
      },
      {
        test: {
          name: 'measured',
          include: measured,
          setupFiles: witness,
          // After all others, so that nothing else has the machine.
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          expect: { poll },
        },
      },
    ],
  },
});
