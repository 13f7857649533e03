/** 1,000 messages at once for one mailbox, which Exchange Online allows 30 a minute and 3 connections. */
import { expect, test } from 'vitest';
import { submissionConnector } from './routes.ts';
import { hour, minute, Scenario, second } from './scenario.ts';

const busy = 'relay@contoso.com';
const other = 'second@contoso.com';
const messages = 1_000;

test('they go at the pace of the mailbox without one 432, and a second mailbox is not delayed', async () => {
  const scenario = await Scenario.start({
    connectors: (sandbox) =>
      [busy, other].map((mailbox, index) => ({
        ...submissionConnector(sandbox, mailbox),
        name: `submission-${index}`,
        senders: [mailbox],
        limits: { connections: 3 },
      })),
  });
  const { sandbox, clock } = scenario;
  const begun = clock.now();
  const subjects = Array.from({ length: messages }, (_, index) => `burst ${index}`);
  for (let at = 0; at < messages; at += 100) {
    await scenario.send(subjects.slice(at, at + 100), { from: busy });
  }
  await scenario.pass(30 * minute, 2 * second, async (passed) => {
    if (passed % minute !== 0) return;
    const subject = `other ${passed / minute}`;
    await scenario.send([subject], { from: other });
  });
  await scenario.untilSettled(hour, 2 * second);
  scenario.expectAllDelivered();
  expect(sandbox.refusals()).toEqual([]);

  const all = sandbox.messages();
  const times = all.filter(({ login }) => login === busy).map(({ at }) => at);
  expect(times).toHaveLength(messages);
  const withinAMinute = times.map((at) => times.filter((one) => one >= at && one < at + minute).length);
  expect(Math.max(...withinAMinute)).toBeLessThanOrEqual(30);
  // 33 1/3 minutes are the least that 1,000 messages take; nothing is given away.
  expect((times.at(-1) ?? 0) - begun).toBeLessThan(36 * minute);
  for (let index = 0; index < 30; index += 1) {
    const [arrival] = scenario.arrivals(`other ${index}`);
    expect((arrival?.at ?? Infinity) - (begun + index * minute)).toBeLessThanOrEqual(6 * second);
  }
});
