/**
 * Builds the console into console/dist, from where the relay serves it. npm runs this after `npm ci` in a checkout; an
 * installation without development dependencies has no builder, and is told so rather than failed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

if (existsSync(join(root, 'node_modules', 'vite'))) {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'console', 'vite.config.ts'), logLevel: 'warn' });
  process.stdout.write('console built into console/dist\n');
} else {
  process.stdout.write('console not built: the development dependencies are not installed (npm ci)\n');
}
