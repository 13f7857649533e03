/** Graph throttles one mailbox (RFC 9110 10.2.3 gives both forms of Retry-After); another one goes on. */
import { expect, test } from 'vitest';
import { graphConnector } from './routes.ts';
import { minute, Scenario, second } from './scenario.ts';

const throttled = 'relay@contoso.com';
const other = 'second@contoso.com';

test.each(['seconds', 'date'] as const)('429 with Retry-After as %s is kept to', async (form) => {
  const scenario = await Scenario.start({
    connectors: (sandbox) =>
      [throttled, other].map((mailbox, index) => ({
        ...graphConnector(sandbox, mailbox),
        name: `graph-${index}`,
        senders: [mailbox],
      })),
  });
  const { sandbox, clock } = scenario;
  sandbox.switches.set({ graphRetryAfterForm: form });
  const begun = clock.now();
  await scenario.send(['refused'], { from: throttled, to: 'throttle-300s@fabrikam.com' });
  await scenario.pass(second, second);
  await scenario.pass(4 * minute, 5 * second, async (passed) => {
    if (passed % minute !== 0) return;
    await scenario.send([`behind it ${passed}`], { from: throttled });
    await scenario.send([`of the other mailbox ${passed}`], { from: other });
  });
  // The first one was answered 429; nothing of this mailbox was tried since.
  expect(sandbox.refusals().filter(({ reply }) => reply.includes('429'))).toHaveLength(1);
  const others = [...scenario.accepted.keys()].filter((subject) => subject.startsWith('of the other'));
  expect(others).toHaveLength(4);
  for (const subject of others) {
    const sent = begun + Number(subject.split(' ').at(-1));
    expect((scenario.arrivals(subject)[0]?.at ?? Infinity) - sent).toBeLessThan(20 * second);
  }

  await scenario.untilSettled(30 * minute, 10 * second);
  scenario.expectAllDelivered();
  for (const { at, login } of sandbox.messages()) {
    // A date has no fractions of a second.
    if (login === throttled) expect(at - begun).toBeGreaterThanOrEqual(299 * second);
  }
});
