import { expect, test } from 'vitest';
import type { AlertFinding, Rule } from '../../alerts/rules/rule.ts';
import { rules } from '../../alerts/rules/rules.ts';
import { defaultSettings } from '../../alerts/settings.ts';
import { nothingKnown } from '../../alerts/snapshot.ts';
import type { RuleId } from '../../config/alert-rules.ts';
import type { ConnectorInput, TestRelayOptions } from '../../delivery/testing/test-relay.ts';
import { TestRelay, testPolicy } from '../../delivery/testing/test-relay.ts';
import { policySchema } from '../../config/policy-schema.ts';
import { judgeFailure } from '../../connector/judged-connector.ts';
import { testFailure, testReply } from '../../delivery/testing/messages.ts';
import type { RecipientOutcome } from '../../message/outcome.ts';
import { formatReply } from '../../message/reply.ts';
import { Sightings } from '../../observe/traffic/sightings.ts';
import { Statistics } from '../../observe/traffic/statistics.ts';
import { compilePolicy } from '../../policy/compile.ts';
import type { Policy } from '../../policy/policy.ts';
import { factsFrom } from './facts.ts';
import { TroubleBook } from './trouble-book.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** What a rule says of a relay whose delivery, ledger and sightings are real, with its default settings. */
async function watching(policy: Policy, options: TestRelayOptions = {}) {
  const relay = await TestRelay.start(options);
  relay.policy.replace(policy);
  const { clock, store, delivery } = relay;
  const sightings = await Sightings.open(clock, store.records);
  const facts = factsFrom({
    clock,
    policy: relay.policy,
    delivery,
    statistics: await Statistics.open(clock, store.records),
    sightings,
    troubles: new TroubleBook(),
    minimumFree: 0,
    bytesFree: () => undefined,
    diskHistory: () => [],
    expiries: () => [],
    storeHealth: () => 'ok',
    policyRefused: () => undefined,
  });
  const look = (rule: RuleId): readonly AlertFinding[] =>
    (rules[rule] as Rule<never>).look({
      now: clock.now(),
      snapshot: { ...nothingKnown, ...facts() },
      settings: defaultSettings(rule),
      sources: new Map(),
    });
  const accepted = (): void =>
    sightings.note({
      kind: 'accepted',
      id: 'Q',
      source: 'scanner',
      address: '192.0.2.7',
      sender: 'scanner@contoso.com',
      recipients: 1,
      bytes: 1000,
    });
  return { relay, clock, look, accepted };
}

const mx: ConnectorInput = {
  name: 'mx',
  route: { type: 'exchange-online', host: 'mx.example' },
  tls: 'required',
  limits: { externalRecipientsPerDay: 100 },
};

test('quota-low: a warning from four fifths, critical from 95 of 100, over when the day has passed', async () => {
  const { relay, look } = await watching(testPolicy([mx], 2, { domain: 'contoso.com' }));
  const send = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent++) await relay.send({ recipients: ['user@example.org'] });
    await relay.run(60_000);
  };
  await send(79);
  expect(look('quota-low')).toEqual([]);
  await send(1);
  expect(look('quota-low')).toMatchObject([{ severity: 'warning', connector: 'mx' }]);
  expect(look('quota-low')[0]?.text).toMatch(/^80 of 100 /);
  await send(15);
  expect(look('quota-low')).toMatchObject([{ severity: 'critical' }]);
  await relay.run(25 * hour);
  expect(look('quota-low')).toEqual([]);
  await relay.end();
});

const tenant = { domain: 'contoso.com', acceptedDomains: ['contoso.com'] };

/** What a judged connector makes of a reply. */
function said(code: number, enhanced: string, text: string, stage: 'content' | 'login'): RecipientOutcome {
  const reply = testReply(code, enhanced, text);
  const failure = testFailure({ stage, reply, text: `refused: ${formatReply(reply)}` });
  return { kind: 'failed', failure: judgeFailure(failure, 'submission') };
}

const submission: ConnectorInput = {
  name: 'out',
  route: {
    type: 'smtp-submission',
    mailbox: 'relay@contoso.com',
    credential: { type: 'password', username: 'relay@contoso.com', password: 'test-password' },
  },
  tls: 'required',
};

test('quota-low: the pace of a minute that an end without notice leaves counted as used is no alert', async () => {
  const policy = testPolicy([submission], 2, tenant);
  const before = await watching(policy);
  const { clock, store } = before.relay;
  await before.relay.send();
  await before.relay.run(3_000);
  const atCrash = await store.document('delivery/quota-ledger');
  await before.relay.end();
  await store.putDocument('delivery/quota-ledger', atCrash ?? '');
  const { relay, look } = await watching(policy, { clock, store });
  await relay.send({ id: 'next' });
  await relay.run();
  const quotas = relay.delivery.status().connectors.flatMap((connector) => connector.quotas);
  expect(quotas).toContainEqual(
    expect.objectContaining({ quota: 'messages a minute of mailbox relay@contoso.com', used: 30, limit: 30 }),
  );
  expect(look('quota-low')).toEqual([]);
  await relay.end();
});

test('quota-low: a pace of which the other side says that it is used up is one', async () => {
  const { relay, look } = await watching(testPolicy([submission], 2, tenant));
  relay.script = () => said(432, '4.3.2', 'STOREDRV.ClientSubmit; sender thread limit exceeded', 'content');
  await relay.send();
  await relay.run();
  expect(look('quota-low').map(({ text }) => text)).toEqual([expect.stringContaining('the other side said')]);
  await relay.end();
});

test('connector-trouble: who may not send is known after a restart, until he may', async () => {
  const policy = testPolicy([submission], 2, tenant);
  const before = await watching(policy);
  const { clock, store } = before.relay;
  const denied = said(
    554,
    '5.2.252',
    'SendAsDenied; relay@contoso.com not allowed to send as this',
    'content',
  );
  before.relay.script = () => denied;
  await before.relay.send({ sender: 'Boss@contoso.com' });
  await before.relay.run();
  expect(before.look('connector-trouble')).toMatchObject([{ subject: 'out', connector: 'out' }]);
  await before.relay.end();
  const { relay, look } = await watching(policy, { clock, store });
  await relay.send({ id: 'other', sender: 'ann@contoso.com' });
  await relay.run();
  expect(await relay.kinds('other')).toEqual(['relayed']);
  const [found] = look('connector-trouble');
  expect(found).toMatchObject({ subject: 'out', severity: 'critical' });
  expect(found?.text).toContain('not allowed to send as this');
  await relay.delivery.resumeSender('out', 'boss@contoso.com');
  expect(look('connector-trouble')).toEqual([]);
  await relay.end();
});

test('source-silent: who was seen to send on working days is missed on the next one, and not at the weekend', async () => {
  const document = policySchema.parse({ sources: [{ name: 'scanner', networks: ['192.0.2.7'] }] });
  const { relay, clock, look, accepted } = await watching(compilePolicy(document, 2).policy);
  // The clock begins on Monday, 23 November 2026, at 08:00. Three weeks of mail from Monday to Friday.
  for (let passed = 0; passed < 21; passed++) {
    const isWorkingDay = passed % 7 < 5;
    if (isWorkingDay) accepted();
    expect(look('source-silent')).toEqual([]);
    await clock.advance(day);
  }
  // Monday at 08:00: the silence of Friday afternoon and of this morning is no day yet.
  expect(look('source-silent')).toEqual([]);
  await clock.advance(12 * hour);
  expect(look('source-silent')).toMatchObject([
    { subject: 'scanner', source: 'scanner', severity: 'warning' },
  ]);
  accepted();
  expect(look('source-silent')).toEqual([]);
  await relay.end();
}, 60_000);

test('source-silent: who has just begun, and who is in no policy any more, is not missed', async () => {
  const document = policySchema.parse({ sources: [{ name: 'scanner', networks: ['192.0.2.7'] }] });
  const { relay, clock, look, accepted } = await watching(compilePolicy(document, 2).policy);
  for (let passed = 0; passed < 4; passed++) {
    accepted();
    await clock.advance(day);
  }
  await clock.advance(3 * day);
  expect(look('source-silent')).toEqual([]);
  await relay.end();
}, 60_000);
