/** The way changes while mail is under way on it: what fails there then waits for nothing that is over. */
import { expect, test } from 'vitest';
import type { RecipientOutcome } from '../message/outcome.ts';
import { unreachable } from './testing/messages.ts';
import { relayed } from './testing/scripted-connector.ts';
import { TestRelay, testPolicy } from './testing/test-relay.ts';

const down: RecipientOutcome = { kind: 'failed', failure: unreachable };
const slow = { name: 'smart', retry: { initial: '1h', maximum: '1h' } };

/** A message whose attempt is under way, and what ends the attempt. */
async function underWay() {
  const relay = await TestRelay.start({ connectors: [slow] });
  const attempt = Promise.withResolvers<RecipientOutcome>();
  relay.script = () => attempt.promise;
  const id = await relay.send();
  await relay.run();
  expect(relay.attempted()).toEqual([id]);
  relay.script = () => relayed;
  return { relay, id, end: attempt.resolve };
}

test.each([
  ['an operator resumes the connector', ({ delivery }: TestRelay) => void delivery.resume('smart')],
  [
    'another policy comes into force',
    ({ policy }: TestRelay) => policy.replace(testPolicy([{ ...slow, heloName: 'relay.example' }], 2)),
  ],
])('%s during an attempt that fails: it is tried again at once', async (_, change) => {
  const { relay, id, end } = await underWay();
  change(relay);
  // The walk through what waits has passed by it.
  await relay.run();
  end(down);
  await relay.run();
  expect(await relay.kinds(id)).toEqual(['relayed']);
  expect(relay.attempted()).toEqual([id, id]);
  await relay.end();
});

test('the way changes between the end of the attempt and its record', async () => {
  const { relay, id, end } = await underWay();
  const change = relay.store.change.bind(relay.store);
  const written = Promise.withResolvers<void>();
  relay.store.change = async (what) => {
    await written.promise;
    return change(what);
  };
  end(down);
  await relay.run();
  await relay.delivery.resume('smart');
  await relay.run();
  written.resolve();
  await relay.run();
  expect(await relay.kinds(id)).toEqual(['relayed']);
  await relay.end();
});

test('without a change what fails waits its hour, and one change makes one more attempt', async () => {
  const { relay, id, end } = await underWay();
  relay.script = () => down;
  end(down);
  await relay.run(30 * 60_000);
  expect(relay.attempted()).toEqual([id]);
  await relay.delivery.resume('smart');
  await relay.run(30 * 60_000);
  expect(relay.attempted()).toEqual([id, id]);
  await relay.end();
});

test('a refusal of the recipient is no matter of the way: a change during the attempt brings no second one', async () => {
  const { relay, id, end } = await underWay();
  await relay.delivery.resume('smart');
  await relay.run();
  const busy = { ...unreachable, scope: 'recipient', stage: 'rcpt' } as const;
  end({ kind: 'failed', failure: busy });
  await relay.run(30 * 60_000);
  expect(relay.attempted()).toEqual([id]);
  await relay.end();
});
