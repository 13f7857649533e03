/** What an administrator is told while admin consent is withdrawn: the cause, since when, and what to do. */
import { expect, test } from 'vitest';
import { runCommand } from '../harness/child.ts';
import { graphConnector, submissionConnector } from './routes.ts';
import { hour, minute, Scenario } from './scenario.ts';

interface Told {
  readonly suspended?: { readonly since: string; readonly until: string; readonly reason: string };
  readonly lastFailure?: { readonly text: string };
}

test.each([
  ['smtp-submission', submissionConnector],
  ['graph', graphConnector],
])('%s: API and command line tell it, and no longer once it is over', async (name, connector) => {
  const scenario = await Scenario.start({ connectors: (sandbox) => [connector(sandbox)] });
  const { sandbox, relay, clock } = scenario;
  const ask = async (): Promise<Told> => {
    const headers = { Authorization: `Bearer ${await relay.token()}` };
    const answer = await fetch(`${relay.relay.consoleUrl}/api/v1/connectors`, { headers });
    const { items } = (await answer.json()) as { readonly items: readonly Told[] };
    return items[0] ?? {};
  };
  const status = async (): Promise<string> =>
    (await runCommand(['status', '--config', relay.workspace.configFile])).stdout;

  const withdrawnAt = clock.now();
  sandbox.switches.set({ consentWithdrawnFor: [sandbox.identity.clientId] });
  await scenario.pass(hour, 2 * minute, (passed) => scenario.send([`minute ${passed / minute}`]));
  const { suspended, lastFailure } = await ask();
  const [trouble] = scenario.events('connector-trouble');
  expect(suspended?.reason).toMatch(/consent|permission|role/i);
  expect(lastFailure?.text).toBe(suspended?.reason);
  expect(Date.parse(suspended?.since ?? '')).toBeGreaterThanOrEqual(withdrawnAt);
  expect(Date.parse(suspended?.since ?? '')).toBeLessThan(withdrawnAt + 10 * minute);
  expect(Date.parse(suspended?.until ?? '')).toBeGreaterThan(clock.now() - minute);
  // What to do: the permission by its name, and who grants it.
  expect(trouble?.text).toMatch(/SMTP\.SendAsApp|Mail\.Send/);
  expect(suspended?.reason).toMatch(/grant|consent/i);
  const told = await status();
  expect(told).toContain(name);
  expect(told).toMatch(/consent|permission|role/i);

  sandbox.switches.set({ consentWithdrawnFor: [] });
  await scenario.untilSettled(hour, minute);
  expect((await ask()).suspended).toBeUndefined();
  expect(await status()).not.toMatch(/suspended/);
});
