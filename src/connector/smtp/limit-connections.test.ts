import { expect, test } from 'vitest';
import { createConnector } from '../create.ts';
import { never, testConfig, testDelivery, testEnvironment } from '../testing/delivery.ts';
import { FakeNextHop } from '../testing/fake-next-hop.ts';

test('fewer connections: idle ones are closed, and no more are open at a time until they are given back', async () => {
  await using hop = await FakeNextHop.start({ offers: ['SIZE', '8BITMIME'] });
  const hosts = [`127.0.0.1:${hop.port}`];
  await using connector = createConnector(
    testConfig({ route: { type: 'smart-host', hosts }, tls: 'off', limits: { connections: 3 } }),
    testEnvironment(),
  );
  const sendThree = async (): Promise<readonly string[]> => {
    const outcomes = await Promise.all([1, 2, 3].map(() => connector.attempt(testDelivery(), never)));
    return outcomes.flatMap(({ recipients }) => recipients.map(({ kind }) => kind));
  };
  await sendThree();
  expect(hop.connections).toBe(3);
  connector.limitConnections?.(1);
  await hop.until(() => hop.sockets.size === 1);
  expect(await sendThree()).toEqual(['relayed', 'relayed', 'relayed']);
  expect([hop.connections, hop.sockets.size]).toEqual([3, 1]);
  connector.limitConnections?.(3);
  await sendThree();
  expect(hop.connections).toBe(5);
});
