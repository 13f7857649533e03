/**
 * Builds the console into console/dist, from where the relay serves it. npm runs this after `npm ci` in a checkout; an
 * installation without development dependencies has no builder, and is told so rather than failed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Empties `directory` and builds into it; rejects where a source is faulty. */
export async function buildConsole(directory: string): Promise<void> {
  const { build } = await import('vite');
  // Under a test runner NODE_ENV is `test`, and with it vite takes React's development build: a third larger, and slower.
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      configFile: join(root, 'console', 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: directory, emptyOutDir: true },
    });
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}

if (import.meta.main) {
  if (existsSync(join(root, 'node_modules', 'vite'))) {
    await buildConsole(join(root, 'console', 'dist'));
    process.stdout.write('console built into console/dist\n');
  } else {
    process.stdout.write('console not built: the development dependencies are not installed (npm ci)\n');
  }
}
