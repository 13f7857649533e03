/** Every entry of the reply catalogue that asks for an alarm gives one, and one only. */
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../microsoft365/replies/catalogue.ts';
import type { ReplyEntry } from '../../microsoft365/replies/entry.ts';
import type { Where } from '../connector/judged-connector.ts';
import { judgeFailure } from '../connector/judged-connector.ts';
import type { Failure, RecipientOutcome, Stage } from '../message/outcome.ts';
import type { Reply } from '../message/reply.ts';
import { relayed } from './testing/scripted-connector.ts';
import { TestRelay } from './testing/test-relay.ts';

const hour = 3_600_000;
const day = 24 * hour;

const stages: Readonly<Record<ReplyEntry['stage'][number], Stage>> = {
  any: 'content',
  connect: 'greeting',
  ehlo: 'hello',
  starttls: 'tls',
  auth: 'login',
  mail: 'mail',
  rcpt: 'rcpt',
  data: 'content',
  post: 'content',
  http: 'content',
};

/** The reply as a connector would have read it. */
function replyOf({ example, code }: ReplyEntry): Reply {
  const [, inExample, enhanced, text] =
    /^(\d{3})?[ -]?(?:(\d\.\d{1,3}\.\d{1,3})\b)?\s*(.*)$/.exec(example) ?? [];
  const number = Number(inExample ?? /\b\d{3}\b/.exec(code)?.[0] ?? (enhanced?.startsWith('4') ? 450 : 550));
  return { code: number, ...(enhanced !== undefined && { enhanced }), lines: [text ?? ''] };
}

function outcomeOf(entry: ReplyEntry): RecipientOutcome {
  const [where = 'mx'] = entry.where.filter((place): place is Where => place !== 'ndr');
  const [stage = 'any'] = entry.stage;
  const unjudged: Failure = {
    scope: 'message',
    permanence: 'permanent',
    stage: where === 'identity' ? 'login' : stages[stage],
    reply: replyOf(entry),
    code: 'unjudged',
    text: 'host:25 refuses it',
    status: '5.0.0',
  };
  return { kind: 'failed', failure: judgeFailure(unjudged, where) };
}

const alarms = catalogue.filter(({ verdict }) => verdict.alarm);
const quiet = catalogue.filter(({ verdict }) => !verdict.alarm);

test('both kinds are there', () => {
  expect([alarms.length, quiet.length].map((count) => count > 40)).toEqual([true, true]);
});

describe('alarm', () => {
  test.each(alarms.map((entry) => [entry.id, entry] as const))(
    '%s: one connector-trouble for four messages, and its end when mail is taken again',
    async (id, entry) => {
      const relay = await TestRelay.start();
      const outcome = outcomeOf(entry);
      expect(outcome).toMatchObject({ failure: { code: id } });
      relay.script = () => outcome;
      for (let count = 0; count < 4; count++) await relay.send();
      await relay.run(2 * hour);
      const told = relay.events.list.filter(({ kind }) => kind === 'connector-trouble');
      expect(told).toEqual([
        expect.objectContaining({
          connector: 'smart',
          code: id,
          text: expect.stringContaining(entry.fix[0] ?? '-'),
        }),
      ]);
      relay.script = () => relayed;
      await relay.send();
      await relay.run(day);
      const over = relay.events.list.filter(({ kind }) => kind === 'connector-trouble-over');
      expect(over).toEqual([expect.objectContaining({ connector: 'smart', code: id })]);
      await relay.end();
    },
  );
});

describe('no alarm', () => {
  // A login that fails is one by its stage, whatever the words; other entries say themselves what they are.
  const others = quiet.filter(({ stage, where }) => stage[0] !== 'auth' && !where.includes('identity'));
  test.each(others.map((entry) => [entry.id, entry] as const))('%s', async (_, entry) => {
    const relay = await TestRelay.start();
    const outcome = outcomeOf(entry);
    relay.script = () => outcome;
    await relay.send();
    await relay.run();
    expect(relay.events.list.filter(({ kind }) => kind === 'connector-trouble')).toEqual([]);
    await relay.end();
  });
});
