/** The W3C log of a whole relay, in both directions. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, sampleContent } from '../harness/workspace.ts';

test('sessions and attempts stand in the file of the day', async () => {
  await using nextHop = await startNextHop();
  const started = await startTestRelay({
    policy: loopbackPolicy(nextHop.port),
    node: { w3cLog: { directory: './w3c' } },
  });
  {
    await using talk = await SmtpTalk.open(started.port);
    await talk.pipeline('EHLO scanner');
    await talk.send({
      from: 'scanner@contoso.com',
      to: ['a@fabrikam.example'],
      content: sampleContent('w3c'),
    });
    await talk.pipeline('MAIL FROM:<stranger@other.example>', 'QUIT');
  }
  const { id } = await started.event('settled');
  await started.event('session-ended');
  await started.relay.stop({ graceMs: 0 });
  const directory = join(started.workspace.directory, 'w3c');
  const names = await readdir(directory);
  expect(names).toEqual([expect.stringMatching(/^ex\d{6}\.log$/)]);
  const lines = (await readFile(join(directory, names[0] ?? ''), 'utf8')).trimEnd().split('\n');
  await started[Symbol.asyncDispose]();
  expect(lines.slice(0, 4).map((line) => line.split(' ')[0])).toEqual([
    '#Software:',
    '#Version:',
    '#Date:',
    '#Fields:',
  ]);
  const fields = lines[3]?.split(' ').slice(1) ?? [];
  const entries = lines
    .slice(4)
    .map((line) => Object.fromEntries(line.split(' ').map((value, index) => [fields[index], value])));
  const [accepted, out] = ['250', '250'].map((status, index) =>
    entries.find(
      (entry) =>
        entry['sc-status'] === status && (entry['cs-username'] === 'OutboundConnection') === (index === 1),
    ),
  );
  expect(accepted).toMatchObject({
    'x-reference': id,
    'cs-method': 'DATA',
    'c-ip': '127.0.0.1',
    'x-source': 'scanner',
  });
  expect(out).toMatchObject({ 'x-reference': id, 's-sitename': 'next-hop', 's-port': String(nextHop.port) });
  expect(entries.find((entry) => entry['cs-method'] === 'MAIL')).toMatchObject({
    'cs-username': 'scanner',
    's-sitename': 'devices',
    's-ip': '127.0.0.1',
    's-port': String(started.port),
    'cs-uri-stem': '<stranger@other.example>',
  });
  expect(entries.find((entry) => entry['cs-method'] === 'QUIT')).toMatchObject({ 'sc-status': '221' });
});
