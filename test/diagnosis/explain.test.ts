/** The explainer and the join of message traces, against a running relay: API and commands. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asking } from '../harness/admin-ask.ts';
import { runCommand } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy } from '../harness/workspace.ts';

test('a message is looked up in a trace and among what came back, and a refusal of ours is explained', async () => {
  await using nextHop = await startNextHop();
  await using relay = await startTestRelay({ policy: loopbackPolicy(nextHop.port) });
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const content =
    'From: scanner@contoso.com\r\nMessage-ID: <scan-1@printer.contoso.com>\r\nSubject: Scan\r\n\r\nx\r\n';
  const to = ['good@fabrikam.example', 'gone@fabrikam.example'];
  const reply = await talk.send({ from: 'scanner@contoso.com', to, content });
  const id = /queued as (\w+)/.exec(reply.text)?.[1] ?? '';
  await relay.event('settled', (event) => event.id === id);

  const trace = join(relay.workspace.directory, 'trace.csv');
  await writeFile(
    trace,
    '\uFEFF"MessageId","Received","RecipientAddress","SenderAddress","Status"\r\n"<scan-1@printer.contoso.com>","2026-11-02T08:00:00","Good@fabrikam.example","scanner@contoso.com","Delivered"\r\n"<other@x.example>","2026-11-02T08:00:01","a@x.example","b@x.example","Delivered"\r\n',
  );
  const bounce = join(relay.workspace.directory, 'back.eml');
  await writeFile(
    bounce,
    [
      'From: postmaster@contoso.com',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns;x.prod.outlook.com',
      '',
      'Final-Recipient: rfc822;gone@fabrikam.example',
      'Action: failed',
      'Status: 5.1.10',
      'Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
      '',
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      'Message-ID: <scan-1@printer.contoso.com>',
      '',
      '--b--',
      '',
    ].join('\r\n'),
  );
  const config = ['--config', relay.workspace.configFile];
  const joined = await runCommand(['microsoft365', 'trace', trace, bounce, '--json', ...config]);
  expect(joined.code).toBe(1);
  expect(JSON.parse(joined.stdout)).toMatchObject({
    counts: { arrived: 1, returned: 1, notSeen: 0 },
    notOurs: 1,
    arrivals: [
      {
        id,
        recipient: 'good@fabrikam.example',
        verdict: 'arrived',
        state: 'relayed',
        exchangeStatus: 'Delivered',
      },
      { id, recipient: 'gone@fabrikam.example', verdict: 'returned', returned: { status: '5.1.10' } },
    ],
  });
  const asked = asking(relay);
  const stood = await asked('message', { params: { id } });
  expect(stood.arrivals).toMatchObject([
    {
      recipient: 'gone@fabrikam.example',
      verdict: 'returned',
      returned: { status: '5.1.10' },
      explanation: { id: 'recipient-not-found-5110' },
    },
    {
      recipient: 'good@fabrikam.example',
      verdict: 'arrived',
      exchangeStatus: 'Delivered',
      exchangeAt: '2026-11-02T08:00:00.000Z',
    },
  ]);
  const told = stood.story.filter(({ kind }) => kind === 'arrival');
  expect(told).toMatchObject([
    { by: 'returned message', explanation: { id: 'recipient-not-found-5110' } },
    { by: 'message trace', text: 'good@fabrikam.example: Exchange delivered it' },
  ]);
  const { items: audited } = await asked('audit', { query: { action: 'arrivals' } });
  expect(audited[0]).toMatchObject({ action: 'arrivals' });

  // A later trace that has one recipient alone takes nothing back.
  expect((await runCommand(['microsoft365', 'trace', trace, ...config])).stdout).toContain('1 arrived');
  expect((await asked('message', { params: { id } })).arrivals).toMatchObject([
    { verdict: 'returned' },
    { verdict: 'arrived' },
  ]);
  const broken = join(relay.workspace.directory, 'x.json');
  await writeFile(broken, '[{"a":1}]');
  expect((await runCommand(['microsoft365', 'trace', broken, ...config])).stderr).toContain(
    'has no MessageId',
  );

  const ask = asking(relay);
  expect(
    await ask('explain', { body: { text: '550 5.7.1 Not authorised to relay from 192.0.2.7 (ref 01KB00)' } }),
  ).toMatchObject({
    id: 'relay365-no-source',
    saidBy: 'relay365',
    settings: expect.arrayContaining(['sources[].networks']) as string[],
  });
  expect((await ask.raw('explain', { body: { text: 'all is well' } })).status).toBe(404);

  const explained = await runCommand(['explain', '--file', bounce, '--json', ...config]);
  expect(explained).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(explained.stdout)).toMatchObject({
    id: 'recipient-not-found-5110',
    bounce: {
      messageId: '<scan-1@printer.contoso.com>',
      recipients: [{ recipient: 'gone@fabrikam.example' }],
    },
  });
});
