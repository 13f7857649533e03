/**
 * A configuration fault of the reply catalogue (verdict `configuration`): after a few refusals the way is closed, because going
 * on gets the mailbox blocked (550 5.2.251 to 5.2.255); the mail is kept; one message probes.
 */
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../microsoft365/replies/catalogue.ts';
import { judgeFailure } from '../connector/judged-connector.ts';
import type { Where } from '../connector/judged-connector.ts';
import type { RecipientOutcome } from '../message/outcome.ts';
import { failuresBeforeSuspension } from './suspension.ts';
import { testFailure } from './testing/messages.ts';
import { relayed } from './testing/scripted-connector.ts';
import { TestRelay } from './testing/test-relay.ts';

const hour = 3_600_000;
const faults = catalogue.filter(
  ({ verdict }) => verdict.kind === 'configuration' && verdict.scope !== 'message',
);

function outcomeOf({ example, code, where, stage }: (typeof faults)[number]): RecipientOutcome {
  const [, inExample, enhanced, text = ''] =
    /^(\d{3})?[ -]?(?:(\d\.\d{1,3}\.\d{1,3})\b)?\s*(.*)$/.exec(example) ?? [];
  const reply = {
    code: Number(inExample ?? /\b\d{3}\b/.exec(code)?.[0] ?? 550),
    ...(enhanced !== undefined && { enhanced }),
    lines: [text],
  };
  const place = where.find((one): one is Where => one !== 'ndr') ?? 'mx';
  const failure = testFailure({ stage: stage.includes('auth') ? 'login' : 'rcpt', reply });
  return { kind: 'failed', failure: judgeFailure(failure, place) };
}

test('there are many of them', () => {
  expect(faults.length).toBeGreaterThan(40);
});

describe.each(faults.map((entry) => [entry.id, entry] as const))('%s', (_, entry) => {
  test('closes the way after a few, keeps all mail, probes with one message, and hurts no other way', async () => {
    const relay = await TestRelay.start({
      connectors: [
        { name: 'broken', addressSpaces: [{ pattern: 'example.org' }], limits: { connections: 1 } },
        { name: 'sound', addressSpaces: [{ pattern: 'example.net' }] },
      ],
    });
    const outcome = outcomeOf(entry);
    relay.script = ({ envelope }) =>
      envelope.recipients[0]?.address.domainKey === 'example.org' ? outcome : relayed;
    const ids = Array.from({ length: 20 }, (_each, index) => `K${index}`);
    for (const id of ids) await relay.send({ id });
    await relay.send({ id: 'OTHER', recipients: ['user@example.net'] });
    await relay.run();
    const broken = relay.connector('broken');
    expect(broken.attempts).toHaveLength(failuresBeforeSuspension);
    expect(await relay.kinds('OTHER')).toEqual(['relayed']);
    await relay.run(3 * hour);
    // One at each end of a pause that grows to half an hour.
    expect(broken.attempts.length).toBeGreaterThan(failuresBeforeSuspension);
    expect(broken.attempts.length).toBeLessThan(failuresBeforeSuspension + 16);
    for (const id of ids) expect(await relay.kinds(id)).toEqual(['pending']);
    relay.script = () => relayed;
    await relay.run(hour);
    for (const id of ids) expect(await relay.kinds(id)).toEqual(['relayed']);
    const kinds = relay.events.list.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'connector-trouble')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'notice')).toEqual([]);
    await relay.end();
  });
});
