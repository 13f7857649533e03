/** The whole relay over Microsoft 365 routes: a policy file, its secrets, fallback, and a secret that is replaced. */
import { afterEach, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { makeWorkspace, sampleContent } from '../harness/workspace.ts';
import { sandboxFor } from './sandbox-route.ts';

const secretVariable = 'RELAY365_TEST_CLIENT_SECRET';
afterEach(() => {
  delete process.env[secretVariable];
});

function policyFor(sandbox: Sandbox, secret: Record<string, string>): Record<string, unknown> {
  const { tenantId, clientId, url } = sandbox.identity;
  const { host, port, name } = sandbox.mx;
  const retry = { initial: '100ms', maximum: '200ms' };
  return {
    tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
    sources: [{ name: 'scanner', networks: ['127.0.0.1'], senders: ['*@contoso.com'] }],
    connectors: [
      {
        name: 'graph',
        route: {
          type: 'graph',
          mailbox: sandbox.submission.mailbox,
          endpoint: sandbox.graph.url,
          credential: { type: 'oauth', tenantId, clientId, secret, authority: url },
        },
        ca: './ca.pem',
        retry,
        fallback: 'mx',
      },
      {
        name: 'mx',
        addressSpaces: [{ pattern: '*', cost: 99 }],
        route: { type: 'exchange-online', host, port },
        serverName: name,
        ca: './ca.pem',
        retry,
      },
    ],
  };
}

async function relayFor(sandbox: Sandbox, secret: Record<string, string>): Promise<TestRelay> {
  const workspace = await makeWorkspace({ policy: policyFor(sandbox, secret) });
  await workspace.write('ca.pem', sandbox.caPem);
  await workspace.write('client-secret', `${sandbox.identity.secret}\n`);
  return startTestRelay({ workspace });
}

async function send(relay: TestRelay, to: string, headerTo = to): Promise<void> {
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO scanner.contoso.com');
  await talk.say('MAIL FROM:<scanner@contoso.com>');
  await talk.say(`RCPT TO:<${to}>`);
  await talk.say('DATA');
  talk.write(`${sampleContent('Over the routes', headerTo)}\r\n.\r\n`);
  expect((await talk.reply()).code).toBe(250);
}

async function arrived(sandbox: Sandbox, to: string): Promise<string> {
  const fits = ({ recipients }: { readonly recipients: readonly { readonly address: string }[] }): boolean =>
    recipients.some(({ address }) => address === to);
  return (await sandbox.waitFor(fits, AbortSignal.timeout(60_000))).route;
}

test('a secret from a file; what does not fit Graph goes by the fallback', async () => {
  const sandbox = await sandboxFor();
  const relay = await relayFor(sandbox, { file: './client-secret' });
  await using _workspace = relay.workspace;
  await using _relay = relay;
  await send(relay, 'ann@fabrikam.com');
  expect(await arrived(sandbox, 'ann@fabrikam.com')).toBe('graph');
  await send(relay, 'bob@fabrikam.com', 'list@fabrikam.com');
  expect(await arrived(sandbox, 'bob@fabrikam.com')).toBe('mx');
});

test('a secret from the environment, and none of it in the log', async () => {
  const sandbox = await sandboxFor();
  process.env[secretVariable] = sandbox.identity.secret;
  const relay = await relayFor(sandbox, { env: secretVariable });
  await using _workspace = relay.workspace;
  await using _relay = relay;
  await send(relay, 'ann@fabrikam.com');
  expect(await arrived(sandbox, 'ann@fabrikam.com')).toBe('graph');
  expect(relay.log.join('')).not.toContain(sandbox.identity.secret);
});

test('an expired secret sends mail by the fallback; the next secret is used once the policy is read again', async () => {
  const sandbox = await sandboxFor();
  const relay = await relayFor(sandbox, { file: './client-secret' });
  await using _workspace = relay.workspace;
  await using _relay = relay;
  sandbox.switches.set({ expiredSecrets: [sandbox.identity.secretId] });
  await send(relay, 'ann@fabrikam.com');
  expect(await arrived(sandbox, 'ann@fabrikam.com')).toBe('mx');
  await relay.workspace.write('client-secret', sandbox.identity.nextSecret);
  await relay.relay.reloadPolicy();
  await send(relay, 'bob@fabrikam.com');
  expect(await arrived(sandbox, 'bob@fabrikam.com')).toBe('graph');
});
