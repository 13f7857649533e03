/** Connectors whose token is that of a person who signed in by device code, against the stand-in. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Connector } from '../../src/connector/connector.ts';
import { openDeviceSignIn } from '../../src/connector/device-sign-in.ts';
import type { ConnectorEnvironment } from '../../src/connector/environment.ts';
import type { KeptSignIn } from '../../src/connector/identity/sign-in.ts';
import { testEnvironment } from '../../src/connector/testing/delivery.ts';
import { SignInFiles } from '../../src/main/sign-ins.ts';
import { FakeClock } from '../../src/platform/fake-clock.ts';
import { attempt, configOf, failureOf, oauth, route, sandboxFor } from './sandbox-route.ts';

const directories: string[] = [];
afterEach(async () => {
  for (const one of directories.splice(0)) await rm(one, { recursive: true });
});

async function signInFiles(): Promise<SignInFiles & { readonly data: string }> {
  const data = await mkdtemp(join(tmpdir(), 'relay365-sign-in-'));
  directories.push(data);
  return Object.assign(new SignInFiles({ data }), { data });
}

const person = { secret: undefined, signIn: 'device-code' };

function submission(sandbox: Sandbox, more: Record<string, unknown> = {}): Record<string, unknown> {
  const { host, port, name, mailbox } = sandbox.submission;
  return {
    route: {
      type: 'smtp-submission',
      host,
      port,
      mailbox,
      credential: oauth(sandbox, { ...person, ...more }),
    },
    serverName: name,
  };
}

function graph(sandbox: Sandbox, more: Record<string, unknown> = {}): Record<string, unknown> {
  const { mailbox } = sandbox.submission;
  return {
    route: {
      type: 'graph',
      mailbox,
      endpoint: sandbox.graph.url,
      credential: oauth(sandbox, person),
      ...more,
    },
  };
}

interface SignedIn {
  readonly files: SignInFiles & { readonly data: string };
  readonly kept: KeptSignIn;
  readonly connector: () => Connector;
}

/** As the command does it; the person is the stand-in's. The clock of the wait is the test's. */
async function signIn(
  sandbox: Sandbox,
  document: Record<string, unknown>,
  user = sandbox.submission.mailbox,
): Promise<SignedIn> {
  const files = await signInFiles();
  const clock = new FakeClock(Date.now());
  const environment: ConnectorEnvironment = {
    ...testEnvironment(),
    clock,
    secrets: { ca: sandbox.caPem },
    signIns: files,
  };
  await using session = openDeviceSignIn(configOf(document), environment);
  const signal = AbortSignal.timeout(60_000);
  const code = await session.begin(signal);
  expect(code.userCode).toMatch(/^SBX/);
  const result = session.wait(code, signal);
  expect(sandbox.identity.approveDevice(code.userCode, user)).toBe(true);
  await clock.advance(5_000);
  const signedIn = await result;
  if (signedIn.kind === 'failed') throw new Error(signedIn.text);
  await files.keep('out', signedIn.signIn);
  return {
    files,
    kept: signedIn.signIn,
    connector: () => route(sandbox, document, {}, { signIns: files }),
  };
}

describe.each([
  ['smtp-submission', submission],
  ['graph', graph],
] as const)('%s', (_, documentFor) => {
  test('sends in the name of the person', async () => {
    const sandbox = await sandboxFor();
    const { connector } = await signIn(sandbox, documentFor(sandbox));
    expect(await attempt(connector())).toMatchObject([{ kind: 'relayed' }]);
    expect(sandbox.messages()).toHaveLength(1);
  });

  test('without a sign-in mail is held, and the command is named', async () => {
    const sandbox = await sandboxFor();
    const connector = route(sandbox, documentFor(sandbox), {}, { signIns: await signInFiles() });
    const failure = await failureOf(connector);
    expect(failure).toMatchObject({ code: 'sign-in-missing', scope: 'connector', permanence: 'transient' });
    expect(failure.text).toContain('relay365 connector sign-in out');
  });

  test('a refusal holds mail and asks for another sign-in, which then counts at once', async () => {
    const sandbox = await sandboxFor();
    const document = documentFor(sandbox);
    const { files, kept } = await signIn(sandbox, document);
    await files.keep('out', { ...kept, refreshToken: 'test-value-that-nobody-issued' });
    const clock = new FakeClock(Date.now());
    const connector = route(sandbox, document, {}, { signIns: files, clock });
    const failure = await failureOf(connector);
    expect(failure).toMatchObject({ scope: 'connector', permanence: 'transient', stage: 'login' });
    expect(failure.text).toContain('sign in again with "relay365 connector sign-in out"');
    expect(JSON.stringify(failure)).not.toContain('test-value-that');
    expect(files.endOf('out')).toMatchObject({ isRefused: true });
    await files.keep('out', kept);
    await clock.advance(10_000);
    expect(await attempt(connector)).toMatchObject([{ kind: 'relayed' }]);
    expect(files.endOf('out')).toMatchObject({ isRefused: false });
  });
});

test('each answer brings another refresh token, which is kept, and never in clear', async () => {
  const sandbox = await sandboxFor();
  const { files, kept, connector } = await signIn(sandbox, graph(sandbox));
  await attempt(connector());
  const next = await files.slotFor('out').read();
  expect(next?.refreshToken).not.toBe(kept.refreshToken);
  expect(next?.signedInAt).toBe(kept.signedInAt);
  const text = await readFile(join(files.data, 'sign-ins', 'out.json'), 'utf8');
  expect(text).not.toContain(kept.refreshToken);
  expect(text).not.toContain(next?.refreshToken);
  // What was kept last is what the next process begins with.
  expect(
    await attempt(route(sandbox, graph(sandbox), {}, { signIns: new SignInFiles(files) })),
  ).toMatchObject([{ kind: 'relayed' }]);
});

test('a refresh token that cannot be kept gives no access token, and the old one still works', async () => {
  const sandbox = await sandboxFor();
  const document = graph(sandbox);
  const { files } = await signIn(sandbox, document);
  const slot = files.slotFor('out');
  const full = () => Promise.reject(new Error('no space left on the device'));
  const broken = route(sandbox, document, {}, { signIns: { slotFor: () => ({ ...slot, replace: full }) } });
  const failure = await failureOf(broken);
  expect(failure).toMatchObject({ code: 'sign-in-not-kept', permanence: 'transient' });
  expect(sandbox.messages()).toEqual([]);
  expect(await attempt(route(sandbox, document, {}, { signIns: files }))).toMatchObject([
    { kind: 'relayed' },
  ]);
});

test('a sign-in for another application is not used', async () => {
  const sandbox = await sandboxFor();
  const { files, kept } = await signIn(sandbox, graph(sandbox));
  await files.keep('out', { ...kept, clientId: 'another' });
  const failure = await failureOf(route(sandbox, graph(sandbox), {}, { signIns: files }));
  expect(failure).toMatchObject({ code: 'sign-in-missing' });
  expect(failure.text).toContain('another application');
});

test('a token of the wrong permission is told when somebody signs in', async () => {
  const sandbox = await sandboxFor();
  const document = submission(sandbox, { scope: 'https://outlook.office.com/IMAP.AccessAsUser.All' });
  await expect(signIn(sandbox, document)).rejects.toThrow(
    /IMAP\.AccessAsUser\.All.*SMTP\.Send.*sign in again/s,
  );
});

test('a code that nobody uses ends', async () => {
  const sandbox = await sandboxFor();
  const clock = new FakeClock(Date.now());
  const environment = {
    ...testEnvironment(),
    clock,
    secrets: { ca: sandbox.caPem },
    signIns: await signInFiles(),
  };
  await using session = openDeviceSignIn(configOf(graph(sandbox)), environment);
  const signal = AbortSignal.timeout(60_000);
  const code = await session.begin(signal);
  // The last question falls behind the end of the code.
  const short = { ...code, intervalMs: code.expiresAt - clock.now() };
  const result = session.wait(short, signal);
  await clock.advance(short.intervalMs);
  expect(await result).toMatchObject({ kind: 'failed', text: expect.stringContaining('the code has ended') });
});

test('a connector with a secret takes no sign-in', () => {
  const credential = { type: 'oauth', tenantId: 'contoso.com', clientId: 'a', secret: 'test-value' };
  const config = configOf({ route: { type: 'graph', mailbox: 'a@contoso.com', credential } });
  expect(() => openDeviceSignIn(config, testEnvironment())).toThrow(/takes no sign-in/);
});
