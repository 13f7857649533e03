/** A relay under a clock of the test, a next hop that can be broken, and a webhook that keeps what it is told. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeClock } from '../../src/platform/fake-clock.ts';
import type { Asking } from '../harness/admin-ask.ts';
import { asking } from '../harness/admin-ask.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import type { Workspace, WorkspaceOptions } from '../harness/workspace.ts';
import { sampleContent } from '../harness/workspace.ts';

export interface Heard {
  readonly at: number;
  readonly path: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into what it is told
  readonly body: any;
}

export interface Hook extends AsyncDisposable {
  readonly url: string;
  readonly heard: readonly Heard[];
  /** Resolves when it has heard one more. */
  next(): Promise<unknown>;
  answer: number;
}

/** A receiver of webhooks on loopback; `now` stamps what it hears. */
export async function startHook(now: () => number = () => 0): Promise<Hook> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      heard.push({ at: now(), path: request.url ?? '', body: text === '' ? undefined : JSON.parse(text) });
      server.emit('heard');
      response.statusCode = hook.answer;
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hook: Hook = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    heard,
    next: () => once(server, 'heard'),
    answer: 200,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return hook;
}

export interface World extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly relay: TestRelay;
  readonly hook: Hook;
  readonly ask: Asking;
  /** Moves time on by looks of the watch until `holds`, and lets real I/O come to its end in between. */
  until(holds: () => boolean | Promise<boolean>, withinMs: number): Promise<void>;
  /** Waits for what needs no time of the clock. */
  settled(holds: () => boolean): Promise<void>;
  /** So much time passes, look by look. */
  pass(ms: number): Promise<void>;
  /** Messages of the hook about a rule: `opened`, `worse`, `closed`. */
  told(rule: string): readonly string[];
  send(count?: number, to?: string): Promise<void>;
}

/** Fine where seconds matter; otherwise one look a step. */
const stepOf = (ms: number): number => (ms <= 300_000 ? 5_000 : ms <= 1_800_000 ? 15_000 : 60_000);

export async function startWorld(
  options: (WorkspaceOptions | { readonly workspace: Workspace }) & {
    readonly clock?: FakeClock;
    readonly hook?: Hook;
    readonly alerts?: Readonly<Record<string, unknown>>;
  },
): Promise<World> {
  const clock = options.clock ?? new FakeClock();
  const ownHook = options.hook === undefined;
  const hook = options.hook ?? (await startHook(() => clock.now()));
  const channel = { name: 'hook', type: 'webhook', url: hook.url, reach: 'loopback' };
  const relay = await startTestRelay({
    ...('workspace' in options
      ? { workspace: options.workspace }
      : { ...options, node: { alerts: { channels: [channel], ...options.alerts }, ...options.node } }),
    overrides: { clock },
  });
  const ask = asking(relay);
  /** A look is over when the API shows a newer one, or none is due. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 2; turn += 1) await ask('healthChecks');
  };
  const world: World = {
    clock,
    relay,
    hook,
    ask,
    async until(holds, withinMs) {
      const end = clock.now() + withinMs;
      while (!(await holds())) {
        if (clock.now() >= end)
          throw new Error(`it did not come to pass within ${withinMs} ms of simulated time`);
        await clock.advance(stepOf(withinMs));
        await settle();
      }
    },
    async settled(holds) {
      while (!holds()) await settle();
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += stepOf(ms)) {
        await clock.advance(stepOf(ms));
        await settle();
      }
    },
    told: (rule) =>
      hook.heard.filter(({ body }) => body?.rule === rule).map(({ body }) => body.word as string),
    async send(count = 1, to = 'someone@fabrikam.example') {
      await using talk = await SmtpTalk.open(relay.port);
      await talk.say('EHLO client.example');
      for (let n = 0; n < count; n += 1) {
        await talk.send({ from: 'scanner@contoso.com', to: [to], content: sampleContent(`Scan ${n}`, to) });
      }
    },
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      if (ownHook) await hook[Symbol.asyncDispose]();
    },
  };
  return world;
}
