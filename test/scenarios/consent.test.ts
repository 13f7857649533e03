/** Admin consent is withdrawn for two hours while mail keeps coming. */
import { expect, test } from 'vitest';
import { graphConnector, submissionConnector } from './routes.ts';
import { hour, minute, Scenario } from './scenario.ts';

test.each([
  ['smtp-submission', submissionConnector],
  ['graph', graphConnector],
])(
  '%s: everything is delivered afterwards, nothing bounced, one alarm and one all-clear',
  async (_, connector) => {
    const scenario = await Scenario.start({ connectors: (sandbox) => [connector(sandbox)] });
    const { sandbox } = scenario;
    await scenario.send(['with consent']);
    await scenario.pass(minute, 10_000);
    expect(scenario.arrivals('with consent')).toHaveLength(1);

    sandbox.switches.set({ consentWithdrawnFor: [sandbox.identity.clientId] });
    await scenario.pass(2 * hour, 2 * minute, (passed) =>
      scenario.send([`without, minute ${passed / minute}`]),
    );
    // A token lives for an hour whatever becomes of the consent; what came in the second one waits.
    const waiting = scenario.accepted.size - scenario.settled.size;
    expect(waiting).toBeGreaterThanOrEqual(25);
    expect(scenario.arrivals('without, minute 118')).toEqual([]);
    expect(await scenario.reasonOf('without, minute 118')).toMatch(/consent|permission|role/i);
    expect(scenario.events('connector-trouble')).toHaveLength(1);
    expect(scenario.events('connector-trouble-over')).toEqual([]);

    sandbox.switches.set({ consentWithdrawnFor: [] });
    await scenario.untilSettled(hour, 20_000);
    scenario.expectAllDelivered();
    expect(scenario.accepted.size).toBe(61);
    expect(scenario.events('connector-trouble')).toHaveLength(1);
    expect(scenario.events('connector-trouble-over')).toHaveLength(1);
  },
);
