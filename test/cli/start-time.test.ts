/** A command loads what it needs and not the relay: somebody waits at the terminal, and scripts call it again and again. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository, runCommand } from '../harness/child.ts';

const hook = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { process.stderr.write('loaded ' + url + '\\n'); return next(url, context); } });`;

async function loadedBy(...args: readonly string[]): Promise<readonly string[]> {
  const { stderr } = await runCommand(
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(hook)}`,
      join(repository, 'src/cli/main.ts'),
      ...args,
    ],
    { file: process.execPath, env: { RELAY365_TOKEN: 'a test value' } },
  );
  return [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, url = '']) => url);
}

test.each([
  [['--help'], /\/(?:contract\/routes|src\/config)\//],
  [['status', '--url', 'http://127.0.0.1:1'], /\/src\/config\/(?:load|node-schema)\.ts|node_modules\/yaml\//],
])('%j loads nothing of the relay', async (args, more) => {
  const loaded = await loadedBy(...args);
  expect(loaded.some((url) => url.endsWith('/src/cli/program.ts'))).toBe(true);
  const relay =
    /\/src\/(?:accept|accounts|alerts|connector|delivery|diagnostics|listener|queue|store)\/|\/src\/main\.ts|node_modules\/fastify\//;
  expect(loaded.filter((url) => relay.test(url) || more.test(url))).toEqual([]);
});
