/** Entry of the `relay365` command. Only what every command needs is loaded here; the rest comes with the command. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Beside the dependencies and not in the shared temporary directory, where another user could plant code.
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/relay365'));

const { run } = await import('./program.ts');
await run(process.argv);
