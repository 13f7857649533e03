/** `relay365 doctor` where no relay runs: it looks from the configuration, and ends also where a port swallows everything. */
import { expect, test } from 'vitest';
import type { DoctorRun } from '../../contract/schemas.ts';
import { runCommand } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { quietPort } from '../harness/quiet-port.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';

test('without a relay the doctor looks from the configuration', async () => {
  await using nextHop = await startNextHop();
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(nextHop.port) });
  const config = ['--config', workspace.configFile];
  const said = await runCommand(['doctor', '--check', 'next-hop', 'disk', 'allow-list', '--json', ...config]);
  expect(said.stderr).toBe('');
  const run = JSON.parse(said.stdout) as DoctorRun;
  expect(run.by).toBe('command');
  expect(run.findings.map(({ id, state }) => `${id} ${state}`).toSorted()).toEqual([
    'allow-list ok',
    'disk ok',
    'next-hop:next-hop ok',
  ]);
  expect(said.code).toBe(0);
});

test('a fault of the way is named with its mend, and ends the command with 1', async () => {
  const port = await quietPort();
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(port) });
  const said = await runCommand(['doctor', '--check', 'next-hop', '--config', workspace.configFile]);
  expect(said.code).toBe(1);
  expect(said.stdout).toContain('FAIL    Way to the next hop: next-hop: ');
  expect(said.stdout).toContain('refuses the connection: nothing listens there');
  expect(said.stdout).toContain('to do: Check the port');
});

test('a policy that only the relay has is said to be there', async () => {
  await using workspace = await makeWorkspace({ policy: '', node: { policy: undefined } });
  const said = await runCommand(['doctor', '--config', workspace.configFile]);
  expect(said.code).toBe(3);
  expect(said.stderr).toContain('the policy is kept by the relay, and no relay answers');
});
