/** Replies to an outsider who tries everything: one for each command, and a reference in each refusal that leads somewhere. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../harness/child.ts';
import { startNextHop, type NextHop } from '../harness/next-hop.ts';
import { startTestRelay, type TestRelay } from '../harness/relay.ts';
import { loopbackPolicy } from '../harness/workspace.ts';
import { WireClient } from '../conversations/wire-client.ts';

const mail = 'MAIL FROM:<a@contoso.com>';
const rcpt = 'RCPT TO:<b@fabrikam.example>';
let nextHop: NextHop;
let relay: TestRelay;

beforeAll(async () => {
  nextHop = await startNextHop();
  const listener = (name: string, transaction: string) => ({
    name,
    address: '127.0.0.1',
    port: 0,
    tls: 'off',
    limits: { connectionsPerAddress: 3, errors: 2, commands: 50, messagesPerConnection: 1, transaction },
  });
  // Where a second is all there is for a transaction, a slow machine needs longer for any.
  relay = await startTestRelay({
    policy: loopbackPolicy(nextHop.port),
    node: { listeners: [listener('devices', '5m'), listener('hasty', '1s')] },
  });
});

afterAll(async () => {
  await relay[Symbol.asyncDispose]();
  await nextHop[Symbol.asyncDispose]();
});

/** Those of before may still be counted: it comes again until it is let in. */
async function greeted(from = '127.0.0.1', port = relay.port): Promise<WireClient> {
  for (;;) {
    const client = await WireClient.connect(port, { from });
    if ((await client.replies()).startsWith('220 ')) return client;
    client.destroy();
  }
}

/** What `relay365 trace` says about the reference in a reply. */
async function traceOf(reply: string): Promise<string> {
  const reference = /^421 4\.\d\.\d [^\r\n]* \(ref (\w{26})\)\r\n$/m.exec(reply)?.[1];
  expect(reference, reply).toBeDefined();
  const result = await runCommand(['trace', reference ?? '', '--config', relay.workspace.configFile]);
  expect(result.code, result.stderr).toBe(0);
  return result.stdout;
}

describe('a 421 bears a reference that the operator can look up', () => {
  it('for one connection too many', async () => {
    const others = [await greeted(), await greeted(), await greeted()];
    const client = await WireClient.connect(relay.port);
    expect(await traceOf(await client.end())).toMatch(
      /rule: +connections-per-address\n.*limits\.connectionsPerAddress/,
    );
    for (const other of [client, ...others]) other.destroy();
  });

  it('for one error too many, and names the last one', async () => {
    const client = await greeted('127.0.0.2');
    client.send('FOO\r\nFOO\r\nRCPT TO:<x>\r\n');
    expect(await traceOf(await client.end())).toMatch(/rule: +errors\n.*limits\.errors.*503 5\.5\.1/);
    client.destroy();
  });

  it('for one command too many', async () => {
    const client = await greeted('127.0.0.2');
    client.send('NOOP\r\n'.repeat(51));
    expect(await traceOf(await client.end())).toMatch(/rule: +commands\n.*limits\.commands/);
    client.destroy();
  });

  it('for one message too many', async () => {
    const client = await greeted();
    client.send(`HELO c\r\n${mail}\r\n${rcpt}\r\nDATA\r\nSubject: x\r\n\r\n.\r\n${mail}\r\n`);
    expect(await traceOf(await client.end())).toMatch(/rule: +messages\n.*limits\.messagesPerConnection/);
    client.destroy();
  });

  it('for a transaction that takes too long', async () => {
    const client = await greeted('127.0.0.1', relay.relay.listeners[1]?.port);
    client.send(`HELO c\r\n${mail}\r\n`);
    expect(await traceOf(await client.end())).toMatch(/rule: +transaction-time\n.*limits\.transaction/);
    client.destroy();
  });
});
