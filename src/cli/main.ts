/** Entry of the `relay365` command. Only what every command needs is loaded here; the rest comes with the command. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Beside the dependencies and not in the shared temporary directory, where another user could plant code.
const compileCache = join(import.meta.dirname, '../../node_modules/.cache/relay365');
enableCompileCache(compileCache);
// Threads look for it in their environment. Without it each of the store's compiles anew: 20 MiB and 100 ms a thread.
process.env['NODE_COMPILE_CACHE'] ??= compileCache;

// Whoever reads has seen enough (`| head`): that is no fault, and nothing more can be said there.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { run } = await import('./program.ts');
await run(process.argv);
