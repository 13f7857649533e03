/**
 * "Did it really arrive?" from files as people have them: JSON of `Get-MessageTraceV2` by both PowerShells, beside a relay
 * that runs, and how `queue show` tells it. learn.microsoft.com/powershell/module/exchange/get-messagetracev2
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ArrivalTableView } from '../../contract/schemas.ts';
import { runHere } from '../cli/in-process.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy } from '../harness/workspace.ts';

const row = (recipient: string, more: Readonly<Record<string, unknown>>) => ({
  Received: '2026-11-02T08:00:00.1234567Z',
  SenderAddress: 'scanner@contoso.com',
  RecipientAddress: recipient,
  Subject: 'Scan',
  Status: 'Delivered',
  ToIP: null,
  FromIP: '203.0.113.9',
  Size: 5234,
  MessageId: '<scan-1@printer.contoso.com>',
  MessageTraceId: 'c0475050-0365-4000-8000-000000000001',
  StartDate: '2026-11-01T00:00:00Z',
  EndDate: '2026-11-03T00:00:00Z',
  Index: 0,
  ...more,
});

/** As `… | ConvertTo-Json | Set-Content -Encoding utf8` of PowerShell 7 has it: a list, or one object alone. */
const newer = (...rows: readonly object[]) =>
  Buffer.from(JSON.stringify(rows.length === 1 ? rows[0] : rows, undefined, 2).replaceAll('\n', '\r\n'));

/** As `… | ConvertTo-Json > file` of Windows PowerShell 5.1 has it: UTF-16, a list in a wrapper, moments in ticks. */
const older = (...rows: readonly object[]) =>
  Buffer.from(`\uFEFF${JSON.stringify({ value: rows, Count: rows.length })}`, 'utf16le');

test('JSON of both PowerShells tells what became of each recipient, and the story of the message says so', async () => {
  await using nextHop = await startNextHop();
  await using relay = await startTestRelay({ policy: loopbackPolicy(nextHop.port) });
  const [ann, bob, cid] = ['ann@fabrikam.example', 'bob@fabrikam.example', 'cid@fabrikam.example'];
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const content =
    'From: scanner@contoso.com\r\nMessage-ID: <scan-1@printer.contoso.com>\r\nSubject: Scan\r\n\r\nx\r\n';
  const reply = await talk.send({ from: 'scanner@contoso.com', to: [ann, bob, cid], content });
  const id = /queued as (\w+)/.exec(reply.text)?.[1] ?? '';
  await relay.event('settled', (event) => event.id === id);

  const config = ['--config', relay.workspace.configFile];
  const fileOf = async (name: string, bytes: Uint8Array): Promise<string> => {
    const file = join(relay.workspace.directory, name);
    await writeFile(file, bytes);
    return file;
  };
  const traced = async (...files: readonly string[]): Promise<ArrivalTableView> => {
    const { stdout, stderr } = await runHere(['microsoft365', 'trace', ...files, '--json', ...config]);
    expect(stderr).toBe('');
    return JSON.parse(stdout) as ArrivalTableView;
  };

  const one = await traced(await fileOf('one.json', newer(row(ann, {}))));
  expect(one.counts).toMatchObject({ arrived: 1 });

  const both = await traced(
    await fileOf('newer.json', newer(row(ann, {}), row(bob, { Status: 'Quarantined' }))),
    await fileOf('older.json', older(row(cid, { Status: 'Failed', Received: '/Date(1793606405000)/' }))),
  );
  expect(both.counts).toMatchObject({ arrived: 1, notDelivered: 2, notSeen: 0 });
  expect(both.arrivals.find(({ recipient }) => recipient === cid)).toMatchObject({
    id,
    verdict: 'not-delivered',
    exchangeStatus: 'Failed',
    exchangeAt: '2026-11-02T08:00:05.000Z',
  });

  const { stdout: story } = await runHere(['queue', 'show', id, ...config]);
  expect(story).toContain('did it arrive: Exchange delivered it (Delivered, taken there at 2026-11-02');
  expect(story).toMatch(/did it arrive: .*\(Quarantined, taken there at /);
  expect(story).toMatch(/did it arrive: .*\(Failed, taken there at /);

  const broken = await fileOf('broken.json', older({ Size: 1 }));
  const refused = await runHere(['microsoft365', 'trace', broken, ...config]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('broken.json') as string });
  expect(refused.stderr).toContain('has no MessageId');
});
