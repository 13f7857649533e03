/** Calendar, reports, backups, review and retention, asked of a whole relay with real mail in it. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asking } from '../harness/admin-ask.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { runCommand } from '../harness/child.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';
import { selfSigned } from '../../src/platform/certificates.ts';
import { FakeClock } from '../../src/platform/fake-clock.ts';

const day = 86_400_000;

async function world(node: object = {}) {
  const hop = await startNextHop();
  const clock = new FakeClock('2026-11-23T08:00:00Z');
  const policy = loopbackPolicy(hop.port, {
    source: { owner: 'ann@contoso.com', expires: '2026-12-20' },
  });
  const relay = await startTestRelay({ policy, node: { ...node }, overrides: { clock } });
  return {
    clock,
    relay,
    ask: asking(relay),
    async send(count: number) {
      await using talk = await SmtpTalk.open(relay.port);
      await talk.say('EHLO client.example');
      for (let n = 0; n < count; n += 1) {
        await talk.send({
          from: 'scanner@contoso.com',
          to: ['someone@fabrikam.example'],
          content: sampleContent(`Scan ${n}`),
        });
      }
    },
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await hop[Symbol.asyncDispose]();
    },
  };
}

test('the calendar has what ends, is filtered, and is a file for other calendars', async () => {
  await using made = await world();
  const { ask } = made;
  const all = await ask('calendar');
  const permission = all.items.find(({ source }) => source === 'scanner');
  expect(permission).toMatchObject({ owner: 'ann@contoso.com', state: 'soon' });
  expect(all.items.map(({ dueAt }) => dueAt)).toEqual(all.items.map(({ dueAt }) => dueAt).toSorted());
  expect((await ask('calendar', { query: { within: '5' } })).items).toEqual([]);
  expect((await ask('calendar', { query: { owner: 'ANN@' } })).items).toHaveLength(1);
  expect((await ask('calendar', { query: { source: 'other' } })).items).toEqual([]);
  const text = (await ask('calendarExport', { query: { source: 'scanner' } })) as string;
  expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(1);
  // RFC 5545 3.1
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
});

test('passwords and certificates of sources, the console and secrets stand there with their owners', async () => {
  const password = '$scrypt$ln=14,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  const fingerprint = `sha256:${'ab'.repeat(32)}`;
  // The configuration is checked before the relay has its clock, so the certificate has to hold now.
  const now = new Date();
  const inDays = (days: number): string => new Date(now.getTime() + days * day).toISOString().slice(0, 10);
  const console = await selfSigned('console.test.example', { now, days: 5 });
  await using hop = await startNextHop();
  const login = { username: 'relay', password: 'test value', secretExpires: inDays(12) };
  const route = { type: 'smart-host', hosts: [`127.0.0.1:${hop.port}`], login };
  await using workspace = await makeWorkspace({
    policy: loopbackPolicy(hop.port, {
      source: {
        owner: 'ann@contoso.com',
        login: { username: 'erp', password, due: inDays(8) },
        certificate: { fingerprint, expires: inDays(10) },
      },
      connector: { owner: 'bob@contoso.com', route },
    }),
    node: {
      console: { address: '127.0.0.1', port: 0, tls: { certificate: './c.pem', key: './c.key' } },
    },
  });
  await workspace.write('c.pem', console.certificate);
  await workspace.write('c.key', console.key);
  const clock = new FakeClock(now.toISOString());
  await using relay = await startTestRelay({ workspace, overrides: { clock } });
  const listed = async (command: string) => {
    const { stdout } = await runCommand([command, '--json', '--config', workspace.configFile]);
    return (JSON.parse(stdout) as { items: Record<string, unknown>[] }).items;
  };
  expect(relay.relay.consoleUrl).toMatch(/^https:/);
  const due = (await listed('calendar')).filter(({ days }) => Number(days) < 30);
  expect(due.map(({ kind, owner, source, connector }) => [kind, owner, source, connector])).toEqual([
    ['console-certificate', undefined, undefined, undefined],
    ['source-password', 'ann@contoso.com', 'scanner', undefined],
    ['device-certificate', 'ann@contoso.com', 'scanner', undefined],
    ['password', 'bob@contoso.com', undefined, 'next-hop'],
  ]);
  const certificates = await listed('certificates');
  expect(certificates).toContainEqual(
    expect.objectContaining({
      kind: 'console-certificate',
      state: 'ends-soon',
      usedBy: 'console and admin API',
    }),
  );
  expect(certificates).toContainEqual(
    expect.objectContaining({ kind: 'device-certificate', name: 'scanner', state: 'ends-soon' }),
  );
  await relay.event('expiring', ({ what }) => what.startsWith('the certificate of the console ('));
});

test('a report counts what was sent; its table has no cell that a spreadsheet would run', async () => {
  await using made = await world();
  const { ask, relay } = made;
  expect((await ask.raw('report', { params: { month: '2026-11' } })).status).toBe(404);
  await made.send(3);
  await relay.event('settled', ({ result }) => result === 'relayed');
  relay.relay.events.emit({
    kind: 'login-failed',
    ref: 'R1',
    address: '198.51.100.9',
    listener: 'devices',
    username: `=HYPERLINK("https://evil.example","a")`,
    rule: 'login',
    explanation: 'no such login',
  });
  const report = await ask('report', { params: { month: '2026-11' } });
  expect(report).toMatchObject({ month: '2026-11', complete: false, countedDays: 1 });
  expect(report.totals).toMatchObject({ accepted: 3, failedLogins: 1 });
  expect(report.sources).toMatchObject([{ name: 'scanner', owner: 'ann@contoso.com', accepted: 3 }]);
  expect(report.ending.map(({ source }) => source)).toContain('scanner');
  expect((await ask('reports')).items).toEqual([{ month: '2026-11', days: 1, complete: false }]);
  const text = (await ask('reportCsv', { params: { month: '2026-11' } })) as string;
  // OWASP, "CSV Injection": the cell begins with a quote, so that it stays text.
  expect(text).toContain(`unauthorised user,"'=HYPERLINK(""https://evil.example"",""a"")",attempts,1`);
  expect(text).toContain('source,scanner,accepted,3');
  for (const line of text.split('\r\n')) {
    for (const cell of line.split(',')) expect(cell).not.toMatch(/^"?[=+@-]/);
  }
});

test('a backup is made, listed, verified and rehearsed; what is not in the list is 404', async () => {
  await using made = await world({ backup: { to: '/tmp/unused', passphrase: 'a test value of words' } });
  const { ask, relay } = made;
  await made.send(2);
  const to = join(relay.workspace.directory, 'copies/');
  await mkdir(to);
  const one = await ask('createBackup', { body: { to } });
  expect(one).toMatchObject({ state: 'good', messages: 2 });
  expect(await readdir(to)).toEqual([one.name]);
  expect((await ask('backups')).items.map(({ name }) => name)).toEqual([one.name]);
  expect((await ask('verifyBackup', { params: { name: one.name } })).verified).toMatchObject({ ok: true });
  expect((await ask('rehearseBackup', { params: { name: one.name } })).rehearsed).toMatchObject({
    ok: true,
    messages: 2,
  });
  expect((await ask.raw('verifyBackup', { params: { name: 'other' } })).status).toBe(404);
});

test('without "backup" none is made, in words', async () => {
  await using made = await world();
  const answer = await made.ask.raw('createBackup', { body: {} });
  expect(answer.status).toBe(409);
  expect(JSON.stringify(answer.body)).toContain('relay365.yaml has no');
});

test('a finding of the review is listed, accepted and dismissed, and each decision is in the audit log', async () => {
  await using made = await world();
  const { ask, relay, clock } = made;
  for (let attempt = 0; attempt < 30; attempt++) {
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
  expect(await ask('review')).toMatchObject({ items: [], counts: { open: 0 } });
  // A look that is under way is followed by one that is due later.
  await expect
    .poll(async () => {
      await clock.advance(60_000);
      return relay.events.counts()['review-finding'];
    })
    .toBe(1);
  const { items } = await ask('review');
  expect(items).toMatchObject([
    {
      kind: 'unauthorised-address',
      address: '198.51.100.9',
      state: 'open',
      proposal: { action: 'block', target: '198.51.100.9' },
      references: ['R25', 'R26', 'R27', 'R28', 'R29'],
    },
  ]);
  const id = items[0]?.id ?? '';
  const accepted = await ask('acceptFinding', { params: { id }, body: { note: 'told the firewall' } });
  expect(accepted).toMatchObject({ state: 'accepted', decided: { note: 'told the firewall' } });
  expect(await ask('dismissFinding', { params: { id } })).toMatchObject({ state: 'dismissed' });
  expect((await ask('review')).items).toEqual([]);
  expect(await ask('review', { query: { state: 'all', text: '198.51' } })).toMatchObject({
    items: [{ id }],
    counts: { open: 0, accepted: 0, dismissed: 1 },
  });
  expect(await ask('reopenFinding', { params: { id } })).toMatchObject({ state: 'open' });
  expect(await ask('reviewFinding', { params: { id } })).toMatchObject({ id, state: 'open' });
  expect((await ask.raw('acceptFinding', { params: { id: 'none' } })).status).toBe(404);
  expect((await ask.raw('review', { query: { cursor: 'none' } })).status).toBe(400);
  const audit = await ask('audit', { query: { limit: '10' } });
  expect(
    audit.items
      .filter(({ action, result }) => action.endsWith('Finding') && result === 'ok')
      .map(({ action, object }) => `${action} ${object}`),
  ).toEqual([
    'reopenFinding unauthorised-address 198.51.100.9',
    'dismissFinding unauthorised-address 198.51.100.9',
    'acceptFinding unauthorised-address 198.51.100.9',
  ]);
});

test('retention says how long each kind is kept, as configured', async () => {
  await using made = await world({ retention: { review: '10d', alerts: '20d' } });
  const { items } = await made.ask('retention');
  const kept = new Map(items.map(({ kind, keptMs }) => [kind, keptMs]));
  expect(kept.get('review')).toBe(10 * day);
  expect(kept.get('alerts')).toBe(20 * day);
});
