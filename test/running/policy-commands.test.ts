/** The commands that edit the policy entry by entry, against a running relay. */
import { expect, test } from 'vitest';
import { runCommand } from '../harness/child.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy } from '../harness/workspace.ts';

test('sources, connectors, strangers, cut-over, simulator and history by command, as lines and as JSON', async () => {
  await using relay = await startTestRelay({ policy: '', node: { policy: undefined } });
  const run = (...args: string[]) => runCommand([...args, '--config', relay.workspace.configFile]);
  const json = async (...args: string[]) => {
    const { stdout, stderr, code } = await run(...args, '--json');
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const [connector] = loopbackPolicy(1)['connectors'] as object[];
  const out = await relay.workspace.write('out.yaml', JSON.stringify(connector));
  expect((await run('connector', 'add', '--file', out)).stdout).toContain('policy revision 1 is in force');
  const text = 'name: printer\nnetworks: [10.0.0.1]\nsenders: ["printer@contoso.com"]\n';
  const file = await relay.workspace.write('printer.yaml', text);
  expect(await json('source', 'add', '--file', file)).toMatchObject({ revision: 2 });
  expect((await run('source', 'card', 'printer')).stdout).toContain('type printer@contoso.com');
  expect(await json('source', 'review', 'printer', '--firmware', '2.0')).toMatchObject({
    document: { firmware: { version: '2.0' } },
  });
  const csv = await run('source', 'export');
  expect(csv.stdout).toMatch(/^name,description,.*\r\nprinter,/);
  const table = await relay.workspace.write(
    'table.csv',
    'name,networks,senders\nnew,10.0.0.2,new@contoso.com\n',
  );
  expect((await run('source', 'import', table)).stdout).toContain(
    '1 new, 0 changed, 0 as they are\nnothing was changed',
  );
  expect(await json('source', 'import', table, '--apply')).toMatchObject({ applied: true, revision: 4 });

  const simulated = [
    'policy',
    'simulate',
    'x@fabrikam.example',
    '--sender',
    'printer@contoso.com',
    '--address',
  ];
  expect(await json(...simulated, '10.0.0.1')).toMatchObject({ verdict: 'accept', source: 'printer' });
  const refused = await run(...simulated, '10.9.9.9');
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('reply: 550 5.7.1') });

  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO copier');
  await talk.pipeline('MAIL FROM:<copier@contoso.com>', 'RCPT TO:<a@contoso.com>');
  expect((await run('strangers', 'allow', '127.0.0.1')).stdout).toContain('1 of 1 attempt would pass');
  expect(await json('strangers', 'ignore', '127.0.0.1')).toMatchObject({ decision: 'ignored' });
  expect(await json('strangers', 'allow', '127.0.0.1', '--yes')).toMatchObject({
    source: { name: 'copier' },
  });
  expect((await run('strangers', 'block', '192.0.2.1', '--note', 'test')).stdout).toContain(
    '192.0.2.1 is blocked',
  );

  const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  expect(await json('cut-over', 'start', '--network', '10.0.0.0/8', '--until', until)).toMatchObject({
    active: true,
  });
  expect((await run('cut-over', 'status')).stdout).toContain('10.0.0.0/8');
  expect(await json('cut-over', 'stop')).toMatchObject({ active: false });

  expect((await run('policy', 'diff', '1', '2')).stdout).toContain('+  - name: printer');
  expect(await json('policy', 'restore', '2')).toMatchObject({ revision: 7 });
  expect((await run('setup')).stdout).toContain('[x] A device or application that may send');
  expect(await json('limits')).toEqual({ items: [] });
  expect(await json('certificates')).toMatchObject({ items: [{ kind: 'listener-certificate' }] });
  expect((await run('source', 'remove', 'nobody')).code).toBe(1);
});
