/** The commands that show the mail flow and act on many messages, against a running relay. */
import { expect, test } from 'vitest';
import { runCommand } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, sampleContent } from '../harness/workspace.ts';

const run = (relay: TestRelay, ...args: string[]) =>
  runCommand([...args, '--config', relay.workspace.configFile]);

async function sendOne(relay: TestRelay, to: string): Promise<string> {
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const reply = await talk.send({ from: 'scanner@contoso.com', to: [to], content: sampleContent('one', to) });
  return /queued as (\w+)/.exec(reply.text)?.[1] ?? '';
}

test('trace narrows and exports, queue groups and acts on many, stats counts', async () => {
  await using nextHop = await startNextHop({
    refuse: (to) => (to.startsWith('later') ? { code: 451, text: '4.7.0 not now' } : undefined),
  });
  const policy = loopbackPolicy(nextHop.port, { connector: { retry: { initial: '1h', maximum: '1h' } } });
  await using relay = await startTestRelay({ policy });
  const gone = await sendOne(relay, 'now@fabrikam.example');
  const first = await sendOne(relay, 'later1@fabrikam.example');
  const second = await sendOne(relay, 'later2@fabrikam.example');
  await relay.event('settled', (event) => event.id === gone);
  for (const id of [first, second]) await relay.event('attempted', (event) => event.id === id);

  const found = JSON.parse((await run(relay, 'trace', '--recipient', 'later?@*', '--json')).stdout);
  expect(found.messages.map(({ id }: { id: string }) => id)).toEqual([second, first]);
  const certain = JSON.parse((await run(relay, 'trace', '--in-doubt', 'no', '--json')).stdout);
  expect(certain.messages).toHaveLength(3);
  expect(JSON.parse((await run(relay, 'trace', '--in-doubt', 'yes', '--json')).stdout).messages).toEqual([]);
  const csv = (await run(relay, 'trace', '--result', 'relayed', '--export', 'csv')).stdout.split('\r\n');
  expect(csv).toHaveLength(3);
  expect(csv[1]).toContain(gone);
  expect((await run(relay, 'trace', '--export', 'csv', '--order', 'largest')).stderr).toContain(
    '--order newest',
  );
  expect((await run(relay, 'trace', '--from', 'yesterday-ish')).code).toBe(1);

  const groups = await run(relay, 'queue', 'groups');
  expect(groups.stdout).toContain('fabrikam.example');
  const [group] = JSON.parse((await run(relay, 'queue', 'groups', '--json')).stdout).groups;
  expect(group).toMatchObject({ messages: 2, recipients: 2 });

  expect((await run(relay, 'queue', 'act', 'hold')).stderr).toContain('give ids, a filter, or --all');
  const trial = await run(relay, 'queue', 'act', 'delete', '--waiting-for', group.code, '--dry-run');
  expect(trial.stdout).toBe('delete: 2 messages would be concerned; 2 senders told\n');
  expect((await run(relay, 'queue', 'act', 'hold', first, second)).stdout).toBe('hold: 2 messages\n');
  expect((await run(relay, 'queue', 'act', 'release', first, '--json')).stdout).toContain('"count": 1');
  expect((await run(relay, 'queue', 'act', 'release', first)).stdout).toContain(
    `${first}: the message is not held`,
  );

  const again = await run(relay, 'queue', 'resend', first, '--to', 'other@fabrikam.example');
  expect(again.stdout).toContain(`${first} is sent again as `);
  const cancelled = await run(
    relay,
    'queue',
    'cancel',
    second,
    'later2@fabrikam.example',
    '--without-notice',
  );
  expect(cancelled.stdout).toBe('later2@fabrikam.example is given up without a notice\n');

  const stats = await run(relay, 'stats', '--by', 'source', '--range', 'day');
  expect(stats.stdout).toMatch(/accepted +relayed/);
  expect(await run(relay, 'strangers', 'list')).toMatchObject({
    code: 0,
    stdout: 'no unknown client has tried to send\n',
  });
});
