/** Somebody disables the inbound connector in the tenant: a fault of set-up, which no sender must hear of. */
import { expect, test } from 'vitest';
import { mxConnector } from './routes.ts';
import { hour, minute, Scenario, second } from './scenario.ts';

test('mail is held with one alarm, and delivered when it is enabled again', async () => {
  const scenario = await Scenario.start({ connectors: (sandbox) => [mxConnector(sandbox)] });
  const { sandbox } = scenario;
  await scenario.send(['while enabled']);
  await scenario.pass(minute, 10 * second);
  expect(scenario.arrivals('while enabled')).toHaveLength(1);

  sandbox.switches.set({ disabledConnectors: ['loopback', 'certificate'] });
  await scenario.pass(3 * hour, 2 * minute, (passed) => scenario.send([`minute ${passed / minute}`]));
  expect(sandbox.messages()).toHaveLength(1);
  const reason = await scenario.reasonOf('minute 0');
  expect(reason).toContain('5.7.64');
  expect(reason).toMatch(/connector/);
  expect(scenario.events('connector-trouble')).toHaveLength(1);
  // Each refusal counts against the tenant: closed ways are probed, not stormed.
  expect(sandbox.refusals().length).toBeLessThan(30);

  sandbox.switches.set({ disabledConnectors: [] });
  await scenario.untilSettled(hour, 20 * second);
  scenario.expectAllDelivered();
  expect(scenario.events('connector-trouble')).toHaveLength(1);
  expect(scenario.events('connector-trouble-over')).toHaveLength(1);
});
