/** A sender without the right to send waits alone; by command and by API he tries again once he has it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { defaultTenant, defaults } from '../../sandbox/tenant/defaults.ts';
import { runCommand } from '../harness/child.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { makeWorkspace, sampleContent } from '../harness/workspace.ts';
import { submissionConnector } from '../scenarios/routes.ts';

const boss = 'boss@contoso.com';
const connector = 'smtp-submission';
/** Looked at by the stand-in at each message. */
const sendAs: string[] = [];
let sandbox: Sandbox;
let relay: TestRelay;

beforeAll(async () => {
  const mailboxes = [{ address: defaults.mailbox, sendAs }];
  sandbox = await startSandbox({ tenants: [{ ...defaultTenant([]), mailboxes }] });
  const document = submissionConnector(sandbox);
  const workspace = await makeWorkspace({
    policy: {
      tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
      sources: [{ name: 'erp', networks: ['127.0.0.1'], senders: ['*@contoso.com'] }],
      connectors: [{ ...document, retry: { initial: '1h', maximum: '1h' } }],
    },
  });
  await workspace.write('ca.pem', sandbox.caPem);
  await workspace.write('client-secret', sandbox.identity.secret);
  relay = await startTestRelay({ workspace });
});
afterAll(async () => {
  await relay[Symbol.asyncDispose]();
  await relay.workspace[Symbol.asyncDispose]();
  await sandbox.stop();
});

async function sendAsBoss(subject: string): Promise<string> {
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO erp.contoso.com');
  const content = sampleContent(subject).replace('scanner@contoso.com', boss);
  const { text } = await talk.send({ from: boss, to: ['ann@fabrikam.example'], content });
  return /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/.exec(text)?.[0] ?? '';
}

const command = (...args: string[]) => runCommand([...args, '--config', relay.workspace.configFile]);

async function resumeByApi(name: string, body: unknown): Promise<Response> {
  return fetch(`${relay.relay.consoleUrl}/api/v1/connectors/${name}/resume`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await relay.token()}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const suspended = (times: number): Promise<void> =>
  expect.poll(() => relay.events.counts()['sender-suspended']).toBe(times);
const arrived = (subject: string) =>
  sandbox.waitFor(({ content }) => content.includes(`Subject: ${subject}\r\n`), AbortSignal.timeout(60_000));

test('relay365 connector resume NAME --sender ADDRESS', async () => {
  sendAs.length = 0;
  const id = await sendAsBoss('by command');
  await suspended(1);
  expect((await command('connector', 'list', '--json')).stdout).toContain(boss);

  sendAs.push(boss);
  const done = await command('connector', 'resume', connector, '--sender', boss);
  expect(done).toMatchObject({ code: 0, stderr: '', stdout: `mail of ${boss} goes by ${connector} again\n` });
  expect(await arrived('by command')).toMatchObject({ login: defaults.mailbox, from: boss });
  await relay.event('settled', (event) => event.id === id && event.result === 'relayed');

  const again = await command('connector', 'resume', connector, '--sender', boss);
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(again.stderr).toContain(`mail of ${boss} does not wait at ${connector}`);
});

test('POST /connectors/NAME/resume with a sender', async () => {
  sendAs.length = 0;
  const id = await sendAsBoss('by API');
  await suspended(2);
  const other = await resumeByApi(connector, { sender: 'other@contoso.com' });
  expect([other.status, await other.json()]).toMatchObject([
    404,
    { detail: `mail of other@contoso.com does not wait at ${connector}` },
  ]);
  expect((await resumeByApi('nowhere', { sender: boss })).status).toBe(404);
  expect((await resumeByApi(connector, { sender: 7 })).status).toBe(400);

  sendAs.push(boss);
  const answer = await resumeByApi(connector, { sender: boss });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ name: connector });
  await relay.event('settled', (event) => event.id === id && event.result === 'relayed');
});
