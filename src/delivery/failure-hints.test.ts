/** What a connector may add to a failure: another way may take it, it is about the way, wait so long. */
import { expect, test } from 'vitest';
import type { Failure, RecipientOutcome } from '../message/outcome.ts';
import { testFailure, testReply } from './testing/messages.ts';
import { TestRelay } from './testing/test-relay.ts';

const relayed: RecipientOutcome = {
  kind: 'relayed',
  reply: testReply(250, '2.0.0', 'queued'),
  dsnPassedOn: false,
};
const pair = [
  { name: 'main', fallback: 'backup' },
  { name: 'backup', addressSpaces: [{ pattern: '*', cost: 99 }] },
];
const unfit: Failure = {
  ...testFailure(),
  scope: 'message',
  permanence: 'permanent',
  stage: 'route',
  code: 'graph-envelope',
  otherRoute: true,
};

function failing(failure: Failure): RecipientOutcome {
  return { kind: 'failed', failure };
}

test('what this way cannot take goes to the fallback, permanent or not', async () => {
  const relay = await TestRelay.start({ connectors: pair, script: () => relayed });
  // Connectors are made at their first message.
  await relay.send();
  await relay.run();
  relay.connector('main').script = () => failing(unfit);
  const id = await relay.send();
  await relay.run();
  expect(await relay.kinds(id)).toEqual(['relayed']);
  expect(relay.connector('backup').attempts).toHaveLength(1);
  await relay.end();
});

test('without a fallback it is what it says', async () => {
  const relay = await TestRelay.start({ script: () => failing(unfit) });
  const id = await relay.send();
  await relay.run();
  expect(await relay.kinds(id)).toEqual(['failed']);
  await relay.end();
});

test('a fault of set-up told at RCPT stops the way after a few', async () => {
  const fault: Failure = { ...testFailure(), scope: 'connector', stage: 'rcpt', aboutTheWay: true };
  const relay = await TestRelay.start({ script: () => failing(fault) });
  const ids: string[] = [];
  for (let count = 0; count < 10; count++) {
    ids.push(await relay.send());
    await relay.run(1000);
  }
  expect(relay.made[0]?.attempts).toHaveLength(3);
  for (const id of ids) expect(await relay.kinds(id)).toEqual(['pending']);
  await relay.end();
});

test('a wait that the other side names closes the way at once, for so long', async () => {
  let attempts = 0;
  const throttle: Failure = {
    ...testFailure(),
    scope: 'connector',
    stage: 'content',
    retryAfterMs: 7_200_000,
  };
  const relay = await TestRelay.start({
    script: () => {
      attempts += 1;
      return attempts === 1 ? failing(throttle) : relayed;
    },
  });
  const id = await relay.send();
  await relay.run(1000);
  await relay.send();
  await relay.run(7_190_000);
  expect(attempts).toBe(1);
  // What met the suspension comes back within the longest pause after its end.
  await relay.run(1_830_000);
  expect(await relay.kinds(id)).toEqual(['relayed']);
  await relay.end();
});

test('a wait named for one message is kept for that message', async () => {
  let attempts = 0;
  const throttle: Failure = { ...testFailure(), scope: 'message', retryAfterMs: 7_200_000 };
  const relay = await TestRelay.start({
    script: () => {
      attempts += 1;
      return attempts === 1 ? failing(throttle) : relayed;
    },
  });
  const id = await relay.send();
  await relay.run(7_190_000);
  expect(attempts).toBe(1);
  await relay.run(20_000);
  expect(await relay.kinds(id)).toEqual(['relayed']);
  await relay.end();
});
