import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { TOTP } from 'otpauth';
import { expect } from 'vitest';
import { repository, runCommand } from '../harness/child.ts';
import type { CommandWorld, Commands } from './world.ts';

/** RFC 6238 with the code of the app reckoned here: it is asked for at the next sign-in, and no more when it was removed. */
export async function secondFactor(world: CommandWorld, commands: Commands, password: string): Promise<void> {
  const child = spawn(`${repository}/bin/relay365`, ['account', 'add-totp', 'anna', ...world.place]);
  child.stdin.write(`${password}\n`);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await expect.poll(() => stderr, { timeout: 120_000 }).toMatch(/secret into the app: \w+\n/);
  const secret = /secret into the app: (\w+)\n/.exec(stderr)?.[1] ?? '';
  // As the relay sees it. A code counts once, and those of the step before and after count as well: the one of now is good for at
  // least 30 seconds, and by then its answer is there.
  const codeOf = (steps: number) =>
    new TOTP({ secret }).generate({ timestamp: world.clock.now() + steps * 30_000 });
  child.stdin.end(`${codeOf(0)}\n`);
  expect(await once(child, 'close')).toEqual([0, null]);
  commands.note('account add-totp', 'account add-totp anna');
  // Two steps later: codes that were not shown yet.
  world.clock.ahead(60_000);
  const input = `${password}\n${codeOf(0)}\n${codeOf(1)}\n`;
  const removed = await runCommand(['account', 'remove-totp', 'anna', ...world.place], { input });
  expect({ ...removed }).toMatchObject({ code: 0, stdout: expect.stringContaining('asked for no code') });
  commands.note('account remove-totp', 'account remove-totp anna');
}
