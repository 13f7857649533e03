/** A relay and a Microsoft 365 stand-in on loopback with real mail of every kind in them, for tests of the console and its pictures. */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { stringify } from 'yaml';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { makeWorkspace } from '../harness/workspace.ts';
import { builtConsole } from './built.ts';

/** A test value. */
export const account = { username: 'anna', password: 'a long password of a test' } as const;

/** Between two questions for the same thing, in milliseconds. */
const pauseMs = 50;

export interface ConsoleWorld extends AsyncDisposable {
  readonly relay: TestRelay;
  /** The stand-in of Microsoft 365. */
  readonly sandbox: Sandbox;
  /** Its certificate authority, PEM file. */
  readonly ca: string;
  /** Of console and admin API. */
  readonly url: string;
  /** `/first#token`, the one-time link of the first account. */
  readonly firstLink: string;
  /** One more message; resolves to its id when it was accepted and tried once. */
  send(mail: SentMail): Promise<string>;
  /** Asks the admin API with the token of the data directory. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
}

export interface SentMail {
  readonly from?: string;
  readonly to: string | readonly string[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  /** Address of this machine to send from; the policy knows 127.0.0.1 alone. */
  readonly client?: string;
}

/** `console`: more of the node configuration's part of that name; `node`: more of all of it; `clock`: of the relay. */
export async function startConsoleWorld(
  more: {
    readonly console?: Readonly<Record<string, unknown>>;
    readonly node?: Readonly<Record<string, unknown>>;
    readonly clock?: Clock;
  } = {},
): Promise<ConsoleWorld> {
  const sandbox = await startSandbox();
  // Without a file the policy lives in the store, where the console may change it.
  const workspace = await makeWorkspace({
    policy: {},
    node: {
      policy: undefined,
      hostname: 'relay.contoso.com',
      console: { address: '127.0.0.1', port: 0, ...more.console },
      ...more.node,
    },
  });
  const ca = await workspace.write('microsoft-365-ca.pem', sandbox.caPem);
  const relay = await startTestRelay({
    workspace,
    overrides: { consoleDirectory: await builtConsole(), ...(more.clock && { clock: more.clock }) },
  });
  const { url: firstLink } = await relay.event('first-account');
  const url = new URL(firstLink).origin;
  const token = await relay.token();
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  await ask('PUT', '/api/v1/policy', { text: stringify(policy(sandbox.mx, ca)) });
  const world: ConsoleWorld = {
    relay,
    sandbox,
    ca,
    url,
    firstLink,
    ask,
    async send(mail) {
      const id = await send(relay.port, mail);
      await relay.event('attempted', (event) => event.id === id);
      return id;
    },
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await workspace[Symbol.asyncDispose]();
      await sandbox.stop();
    },
  };
  return world;
}

function policy(
  mx: { readonly host: string; readonly port: number; readonly name: string },
  ca: string,
): object {
  return {
    tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
    sources: [
      {
        name: 'warehouse-printer',
        description: 'Multifunction printer, hall 2',
        owner: 'warehouse@contoso.com',
        networks: ['127.0.0.1'],
        senders: ['*@contoso.com'],
        repair: ['missing-date', 'missing-message-id'],
      },
    ],
    connectors: [
      {
        name: 'microsoft-365',
        route: { type: 'exchange-online', host: mx.host, port: mx.port },
        serverName: mx.name,
        ca,
        // Longer than any test takes: nothing is tried a second time by itself.
        retry: { initial: '30m', maximum: '4h' },
      },
    ],
  };
}

async function send(port: number, mail: SentMail): Promise<string> {
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    ...(mail.client !== undefined && { localAddress: mail.client }),
  });
  try {
    const { response } = await transport.sendMail({
      from: mail.from ?? 'scanner@contoso.com',
      to: typeof mail.to === 'string' ? mail.to : [...mail.to],
      subject: mail.subject,
      text: mail.text ?? 'The scan is attached.',
      ...(mail.html !== undefined && { html: mail.html }),
      attachments: [{ filename: 'scan.pdf', content: Buffer.from('%PDF-1.4 test value') }],
    });
    return /queued as (\w+)/.exec(response)?.[1] ?? '';
  } finally {
    transport.close();
  }
}

/** Mail of every fate: relayed, refused by the other side, waiting, held; and clients that were refused. */
export async function fill(world: ConsoleWorld): Promise<void> {
  const subjects = [
    'Delivery note 2231',
    'Invoice 4711',
    'Scan from hall 2',
    'Order 88-104, signed',
    'Time sheet, week 47',
  ];
  for (const [index, subject] of subjects.entries()) {
    await world.send({ subject, to: `office${index}@fabrikam.example` });
  }
  await world.send({
    subject: 'Quarterly report to a full mailbox',
    to: ['accounting@fabrikam.example', 'mailbox-full@fabrikam.example'],
  });
  await world.send({ subject: 'Scan that has to wait', to: 'tempfail@fabrikam.example' });
  await world.send({ subject: 'Payslips, not before Friday', to: 'tempfail@wingtip.example' });
  const refused = [
    {
      subject: 'From an address that is not allowed',
      from: 'someone@example.net',
      to: 'you@fabrikam.example',
    },
    { subject: 'From a printer that nobody knows', to: 'you@fabrikam.example', client: '127.0.0.2' },
    {
      subject: 'From a second printer',
      from: 'fax@contoso.com',
      to: 'you@fabrikam.example',
      client: '127.0.0.3',
    },
  ];
  for (const mail of refused) {
    const answer = await world.send(mail).catch((error: unknown) => error);
    if (!(answer instanceof Error)) throw new Error(`the relay took what it should refuse: ${mail.subject}`);
  }
  await settle(world);
}

/** Asks until all was tried and what can be settled is settled, notices too, then holds one of those that wait. */
async function settle(world: ConsoleWorld): Promise<void> {
  for (;;) {
    const { items } = (await world.ask('GET', '/api/v1/messages?limit=100')) as {
      readonly items: readonly {
        readonly id: string;
        readonly state: string;
        readonly attempts: number;
        readonly subject?: string;
      }[];
    };
    if (items.length > 0 && items.every(({ state, attempts }) => state === 'settled' || attempts > 0)) {
      const held = items.find(({ subject }) => subject?.startsWith('Payslips'));
      if (held) await world.ask('POST', `/api/v1/messages/${held.id}/hold`, { reason: 'not before Friday' });
      return;
    }
    await setTimeout(pauseMs);
  }
}

export const screenshotsDirectory = join(import.meta.dirname, '../../docs/screenshots');
