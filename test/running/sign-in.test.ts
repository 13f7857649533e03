/** `relay365 connector sign-in`: the code at the terminal, and the relay that sends with what it kept. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { repository, runCommand } from '../harness/child.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import type { Workspace } from '../harness/workspace.ts';
import { makeWorkspace, sampleContent } from '../harness/workspace.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function workspaceFor(sandbox: Sandbox): Promise<Workspace> {
  const { tenantId, clientId, url } = sandbox.identity;
  const credential = { type: 'oauth', tenantId, clientId, signIn: 'device-code', authority: url };
  const { mailbox } = sandbox.submission;
  const workspace = await makeWorkspace({
    policy: {
      tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
      sources: [{ name: 'scanner', networks: ['127.0.0.1'], senders: ['*@contoso.com'] }],
      connectors: [
        {
          name: 'graph',
          route: { type: 'graph', mailbox, endpoint: sandbox.graph.url, credential },
          ca: './ca.pem',
          retry: { initial: '100ms', maximum: '200ms' },
        },
      ],
    },
  });
  await workspace.write('ca.pem', sandbox.caPem);
  stops.push(async () => workspace[Symbol.asyncDispose]());
  return workspace;
}

/** Runs the command, and does in the browser what it asks for. */
async function signIn(sandbox: Sandbox, workspace: Workspace): Promise<{ code: unknown; text: string }> {
  const args = ['connector', 'sign-in', 'graph', '--config', workspace.configFile];
  const child = spawn(join(repository, 'bin/relay365'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let approved = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const code = /enter the code (SBX\w+)/.exec(text)?.[1];
      if (code === undefined || approved) return;
      approved = sandbox.identity.approveDevice(code, sandbox.submission.mailbox);
    });
  }
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, text };
}

test('beside a running relay, which waits for it and then sends', async () => {
  const sandbox = await startSandbox();
  stops.push(() => sandbox.stop());
  const workspace = await workspaceFor(sandbox);
  await using relay = await startTestRelay({ workspace });
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO scanner.contoso.com');
  await talk.say('MAIL FROM:<relay@contoso.com>');
  await talk.say('RCPT TO:<ann@fabrikam.com>');
  await talk.say('DATA');
  talk.write(`${sampleContent('Before anybody signed in', 'ann@fabrikam.com')}\r\n.\r\n`);
  expect((await talk.reply()).code).toBe(250);
  const held = await relay.event('attempted');
  expect(JSON.stringify(held)).toContain('connector sign-in graph');

  const { code, text } = await signIn(sandbox, workspace);
  expect(text).toContain('Open https://microsoft.com/devicelogin in a browser');
  expect(text).toContain('relay@contoso.com signed in');
  expect(code).toBe(0);
  const arrival = await sandbox.waitFor(() => true, AbortSignal.timeout(60_000));
  expect(arrival.route).toBe('graph');
  expect(await workspace.read('data/sign-ins/graph.json')).toMatch(/"refreshToken":"\$relay365\$1\$/);
});

test('a connector that takes none, and one that does not exist', async () => {
  const sandbox = await startSandbox();
  stops.push(() => sandbox.stop());
  const workspace = await workspaceFor(sandbox);
  const none = await runCommand(['connector', 'sign-in', 'other', '--config', workspace.configFile]);
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('it has graph') });
  await workspace.write(
    'policy.yaml',
    'connectors: [{ name: host, route: { type: smart-host, hosts: ["127.0.0.1:1"] }, tls: "off" }]',
  );
  const other = await runCommand(['connector', 'sign-in', 'host', '--config', workspace.configFile]);
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('takes no sign-in') });
});
