/** A relay with mail in every state, behind a proxy that notes which operation each command asks for. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { instant, systemClock } from '../../src/platform/clock.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { hashPassword } from '../../src/policy/password.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';
import type { Ran } from './in-process.ts';
import { runHere, wordsOf } from './in-process.ts';
import type { RecordingProxy } from './recording-proxy.ts';
import { startRecordingProxy } from './recording-proxy.ts';

/** Test value. */
export const passphrase = 'a test value of words';

export async function startCommandWorld() {
  const stack = new AsyncDisposableStack();
  const sandbox = await startSandbox({});
  stack.defer(async () => sandbox.stop());
  const nextHop = stack.use(
    await startNextHop({
      refuse: (to) => (to.startsWith('later') ? { code: 451, text: '4.7.0 not now' } : undefined),
    }),
  );
  const hook = createServer((request, response) => request.resume().on('end', () => response.end())).listen(
    0,
    '127.0.0.1',
  );
  await once(hook, 'listening');
  stack.defer(() => void hook.close());
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  const workspace = stack.use(
    await makeWorkspace({
      policy: '',
      node: {
        policy: undefined,
        alerts: { channels: [{ name: 'hook', type: 'webhook', url, reach: 'loopback' }] },
        backup: { to: './backups', passphrase },
      },
    }),
  );
  const clock = clockThatCanBeSet();
  const relay = stack.use(await startTestRelay({ workspace, overrides: { clock } }));
  const proxy = stack.use(await startRecordingProxy(relay.relay.consoleUrl ?? ''));
  const tokenFile = await workspace.write('token', await relay.token());
  const { tenantId, clientId, url: authority } = sandbox.identity;
  const graph = {
    name: 'graph',
    route: {
      type: 'graph',
      mailbox: sandbox.submission.mailbox,
      endpoint: sandbox.graph.url,
      credential: { type: 'oauth', tenantId, clientId, signIn: 'device-code', authority },
    },
    ca: await workspace.write('ca.pem', sandbox.caPem),
    addressSpaces: [{ pattern: 'graph.example' }],
  };
  const policy = {
    tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
    ...loopbackPolicy(nextHop.port, { connector: { retry: { initial: '1h', maximum: '1h' } } }),
  };
  return {
    relay,
    clock,
    workspace,
    sandbox,
    proxy,
    policy,
    graph,
    policyHash: await hashPassword('a test value'),
    place: ['--url', proxy.url, '--token-file', tokenFile],
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

/** The clock of this machine, and so far ahead of it as was said. */
function clockThatCanBeSet(): Clock & { ahead(ms: number): void } {
  let aheadMs = 0;
  return {
    ...systemClock,
    now: () => instant(systemClock.now() + aheadMs),
    ahead(ms) {
      aheadMs += ms;
    },
  };
}

export type CommandWorld = Awaited<ReturnType<typeof startCommandWorld>>;

/** Sends one message; resolves to its id when it was tried. */
export async function sendOne({ relay }: CommandWorld, to: string): Promise<string> {
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const content = sampleContent('one', to).replace('Date:', 'Content-Type: text/html\r\nDate:');
  const reply = await talk.send({ from: 'scanner@contoso.com', to: [to], content });
  const id = /queued as (\w+)/.exec(reply.text)?.[1] ?? '';
  expect(reply.text).toContain(id);
  await relay.event('attempted', (event) => event.id === id);
  await talk.say('QUIT');
  await talk.ended();
  return id;
}

/** Runs command lines, and keeps which operations each command asked for. */
export class Commands {
  readonly operations = new Map<string, Set<string>>();
  readonly lines: string[] = [];
  readonly #place: readonly string[];
  readonly #proxy: RecordingProxy;

  constructor({ place, proxy }: CommandWorld) {
    this.#place = place;
    this.#proxy = proxy;
  }

  /** Fails where the exit code is another, or where a command that ends well complains. */
  async run(line: string, code = 0): Promise<Ran> {
    const ran = await runHere([...wordsOf(line), ...this.#place]);
    const { stdout, stderr } = ran;
    expect({ line, code: ran.code, stdout, stderr }).toMatchObject({
      line,
      code,
      ...(code === 0 && { stderr: '' }),
    });
    this.note(ran.path, line);
    return ran;
  }

  /** Whatever the exit code is. */
  async any(line: string): Promise<Ran> {
    const ran = await runHere([...wordsOf(line), ...this.#place]);
    this.note(ran.path, line);
    return ran;
  }

  async json(line: string, code = 0): Promise<never> {
    return JSON.parse((await this.run(`${line} --json`, code)).stdout) as never;
  }

  /** As lines and as JSON. */
  async both(...lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      expect((await this.run(line)).stdout).not.toBe('');
      await this.json(line);
    }
  }

  note(path: string, line: string): void {
    const asked = this.operations.get(path) ?? new Set();
    for (const name of this.#proxy.taken()) asked.add(name);
    this.operations.set(path, asked);
    this.lines.push(line);
  }
}
