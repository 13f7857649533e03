import { expect, test } from 'vitest';
import { TestRelay } from './testing/test-relay.ts';

test('a message is handed over and leaves nothing behind', async () => {
  const relay = await TestRelay.start();
  const id = await relay.send();
  await relay.run();
  expect(await relay.kinds(id)).toEqual(['relayed']);
  expect(relay.connector().attempts).toHaveLength(1);
  expect(relay.events.counts()).toEqual({ attempted: 1, settled: 1 });
  await relay.end();
  expect(relay.connector().isDisposed).toBe(true);
  expect(relay.clock.pendingTimers).toBe(0);
  expect(relay.queue.bytesInMemory).toBe(0);
});
