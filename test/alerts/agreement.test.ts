/** Health, status, readiness, metrics and the command say the same: whether mail is taken, and why not. */
import { expect, test } from 'vitest';
import { runCommand } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { quietPort } from '../harness/quiet-port.ts';
import { loopbackPolicy } from '../harness/workspace.ts';
import type { World } from './alert-world.ts';
import { startWorld } from './alert-world.ts';

const minute = 60_000;

/** Fails where two of them differ; gives what all of them say. */
async function said(world: World) {
  const health = await world.ask('healthChecks');
  const status = await world.ask('status');
  const { status: ready } = await world.ask.raw('ready');
  const metrics = await (await fetch(`${world.relay.relay.consoleUrl}/metrics`)).text();
  const { code, stdout } = await runCommand(['status', '--config', world.relay.workspace.configFile]);
  expect(code).toBe(0);
  const answers = {
    health: health.ready,
    reasons: health.notReadyBecause.length === 0,
    status: status.accepting,
    readyz: ready === 200,
    metrics: /^relay365_ready 1$/m.test(metrics),
    command: stdout.includes('\naccepting mail\n'),
  };
  expect(new Set(Object.values(answers)), JSON.stringify(answers)).toHaveLength(1);
  // What a check says is in the words of the command as well.
  for (const { title, state, evidence } of health.checks)
    expect(stdout.includes(`${title}: ${evidence}`), title).toBe(state !== 'ok');
  return { ready: health.ready, state: health.state, reasons: health.notReadyBecause, text: stdout };
}

test('of a relay that is well', async () => {
  await using hop = await startNextHop();
  await using world = await startWorld({ policy: loopbackPolicy(hop.port) });
  await world.pass(2 * minute);
  expect(await said(world)).toMatchObject({ ready: true, reasons: [] });
});

test('of a disk without room, which stops mail, and of a connector that fails, which does not', async () => {
  const port = await quietPort();
  const policy = loopbackPolicy(port, { connector: { retry: { initial: '20s', maximum: '1m' } } });
  {
    await using full = await startWorld({ policy, node: { minimumFree: '900000 GiB' } });
    await full.pass(2 * minute);
    const words = await said(full);
    expect(words).toMatchObject({ ready: false, state: 'fail', reasons: ['intake'] });
    expect(words.text).toContain('NOT accepting mail: ');
    expect(words.text).toContain('FAILS: ');
  }
  await using world = await startWorld({ policy });
  await world.send(5);
  await world.until(() => world.told('connector-suspended').length > 0, 5 * minute);
  const words = await said(world);
  expect(words).toMatchObject({ ready: true, state: 'fail' });
  expect(words.text).toMatch(/FAILS: .*next-hop/);
});
