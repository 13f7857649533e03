/** A client secret ends under load, and the next one is put where the policy reads it. */
import { afterEach, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { graphConnector, oauth, submissionConnector } from './routes.ts';
import { hour, minute, Scenario, second } from './scenario.ts';

const variable = 'RELAY365_SCENARIO_CLIENT_SECRET';
afterEach(() => {
  delete process.env[variable];
});

const places = {
  file: {
    secret: { file: './client-secret' },
    // Nobody tells the relay: it watches the file.
    rotate: (scenario: Scenario, connector: string, value: string) =>
      scenario.takesUp(connector, () => scenario.relay.workspace.write('client-secret', `${value}\n`)),
  },
  environment: {
    secret: { env: variable },
    // A new environment is a new process, or what a test and SIGHUP make of it.
    rotate: async ({ relay }: Scenario, _connector: string, value: string) => {
      process.env[variable] = value;
      await relay.relay.reloadPolicy();
    },
  },
} as const;

test.each([
  ['smtp-submission', 'file', submissionConnector],
  ['graph', 'file', graphConnector],
  ['graph', 'environment', graphConnector],
] as const)(
  '%s, secret in a %s: nothing is lost, nothing doubled but what was in doubt',
  async (name, place, connector) => {
    const { secret, rotate } = places[place];
    const scenario = await Scenario.start({
      connectors(sandbox: Sandbox) {
        process.env[variable] = sandbox.identity.secret;
        const document = connector(sandbox);
        const credential = oauth(sandbox, { secret });
        return [{ ...document, route: { ...(document['route'] as object), credential } }];
      },
    });
    const { sandbox } = scenario;
    // Short tokens, so that the secret is needed again and again.
    sandbox.switches.set({ tokenSeconds: 300 });
    let count = 0;
    const load = async (passed: number): Promise<void> => {
      await scenario.send([`ordinary ${(count += 1)}`, `ordinary ${(count += 1)}`]);
      if (passed % (5 * minute) === 0) {
        await scenario.send([`in doubt ${(count += 1)}`], { to: `drop-after-dot-1x+${count}@fabrikam.com` });
      }
    };
    await scenario.pass(15 * minute, 10 * second, load);
    sandbox.switches.set({ expiredSecrets: [sandbox.identity.secretId] });
    await scenario.pass(15 * minute, 10 * second, load);
    expect(scenario.events('connector-trouble')).toHaveLength(1);
    await rotate(scenario, name, sandbox.identity.nextSecret);
    await scenario.pass(15 * minute, 10 * second, load);
    await scenario.untilSettled(2 * hour, 20 * second);
    scenario.expectAllDelivered();
    expect(scenario.events('connector-trouble')).toHaveLength(1);
    expect(scenario.events('connector-trouble-over')).toHaveLength(1);
    // What was dropped after the last octet came twice, and is counted as in doubt; nothing else did.
    expect(sandbox.counts().duplicates).toBe(9);
  },
);
