/** The commands about alerts, review, calendar and reports, on findings that there really are, as lines and as JSON. */
import { expect, test } from 'vitest';
import { FakeClock } from '../../src/platform/fake-clock.ts';
import { asking } from '../harness/admin-ask.ts';
import { runCommand } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, sampleContent } from '../harness/workspace.ts';

async function world() {
  const hop = await startNextHop();
  const clock = new FakeClock('2026-11-23T08:00:00Z');
  const policy = loopbackPolicy(hop.port, { source: { owner: 'ann@contoso.com', expires: '2026-11-24' } });
  const relay = await startTestRelay({ policy, overrides: { clock } });
  const run = (...args: string[]) => runCommand([...args, '--config', relay.workspace.configFile]);
  const lines = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  return {
    clock,
    relay,
    ask: asking(relay),
    lines,
    // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into what a command prints
    json: async (...args: string[]): Promise<any> => JSON.parse(await lines(...args, '--json')),
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await hop[Symbol.asyncDispose]();
    },
  };
}

test('review: a finding is listed, shown with its evidence, taken up, dismissed and opened again', async () => {
  await using made = await world();
  const { relay, clock } = made;
  for (let attempt = 0; attempt < 30; attempt += 1) {
    relay.relay.events.emit({
      kind: 'refused',
      ref: `R${attempt}`,
      address: '198.51.100.9',
      listener: 'devices',
      stage: 'rcpt',
      reply: '550 5.7.1 Not authorised',
      rule: 'no-source',
      explanation: 'no source has this address',
    });
  }
  // A look that is under way is followed by one that is due later.
  await expect
    .poll(async () => {
      await clock.advance(60_000);
      return relay.events.counts()['review-finding'];
    })
    .toBe(1);
  const { items } = await made.json('review', 'list');
  expect(items).toMatchObject([{ kind: 'unauthorised-address', state: 'open', severity: 'warning' }]);
  // When it began is known to the moment, so it is not told as a day.
  expect(items[0].firstAt).toBe('2026-11-23T08:00:00.000Z');
  expect(items[0]).not.toHaveProperty('firstDay');
  const { id } = items[0];
  const text = await made.lines('review', 'show', id);
  expect(text).toContain('attempts on 2026-11-23: 30');
  expect(text).toContain('references: R25, R26, R27, R28, R29');
  expect(await made.json('review', 'accept', id, '--note', 'told the firewall')).toMatchObject({
    state: 'accepted',
    decided: { note: 'told the firewall' },
  });
  expect(await made.json('review', 'dismiss', id)).toMatchObject({ state: 'dismissed' });
  expect((await made.json('review', 'list')).items).toEqual([]);
  expect(await made.lines('review', 'list', '--state', 'dismissed')).toContain('198.51.100.9');
  expect(await made.lines('review', 'reopen', id)).toContain('open: ');
});

test('alerts, health, calendar and report: what ends tomorrow is in each of them', async () => {
  await using made = await world();
  const { relay, clock, ask } = made;
  {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    await talk.send({
      from: 'scanner@contoso.com',
      to: ['a@fabrikam.example'],
      content: sampleContent('Scan'),
    });
  }
  await expect
    .poll(async () => {
      await clock.advance(15_000);
      return (await ask('alerts')).items.length;
    })
    .toBe(1);
  const { items: alerts } = await made.json('alerts', 'list');
  expect(alerts).toMatchObject([{ rule: 'permission-expiring', severity: 'critical', source: 'scanner' }]);
  expect(await made.json('alerts', 'ack', alerts[0].id, '--note', 'ann renews it')).toMatchObject({
    acknowledged: { note: 'ann renews it' },
  });
  expect(await made.lines('alerts', 'list')).toContain('permission-expiring');
  const health = await made.json('health');
  expect(health.checks.map(({ id }: { id: string }) => id)).toEqual(
    expect.arrayContaining([
      'intake',
      'listener:devices',
      'store',
      'event-loop',
      'memory',
      'disk',
      'clock',
      'queue-age',
    ]),
  );
  const { items: calendar } = await made.json('calendar', '--within', '7');
  expect(calendar).toMatchObject([{ kind: 'source', owner: 'ann@contoso.com', state: 'due' }]);
  expect(await made.lines('calendar', '--kind', 'client-secret')).toContain('nothing ends or falls due');
  expect((await made.json('report')).items).toEqual([{ month: '2026-11', days: 1, complete: false }]);
  const report = await made.json('report', '2026-11');
  expect(report).toMatchObject({ month: '2026-11', totals: { accepted: 1 } });
  // A device that sends in clear, and a permission that ends.
  expect(report.plaintext).toMatchObject([{ source: 'scanner', sessions: 1, withTls: 0 }]);
  expect(report.ending.map(({ source }: { source?: string }) => source)).toContain('scanner');
  expect(await made.lines('report', '2026-11', '--csv')).toContain('without TLS,scanner,sessions,1');
});
