/** Files that a connector names are taken up when they are replaced, as whoever renews certificates does it. */
import { rename } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { selfSigned } from '../../src/platform/certificates.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import type { Workspace } from '../harness/workspace.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';

async function replace(workspace: Workspace, name: string, text: string): Promise<void> {
  const file = await workspace.write(`${name}.new`, text);
  await rename(file, file.replace(/\.new$/, ''));
}

async function pairOf(days: number) {
  return selfSigned('relay.test.example', { now: new Date(), days });
}

async function workspaceWith(days: number): Promise<Workspace> {
  const connector = {
    tls: 'required',
    ca: './ca.pem',
    certificate: './client.pem',
    key: './client-key.pem',
  };
  const workspace = await makeWorkspace({ policy: loopbackPolicy(1, { connector }) });
  const pair = await pairOf(days);
  await workspace.write('ca.pem', pair.certificate);
  await workspace.write('client.pem', pair.certificate);
  await workspace.write('client-key.pem', pair.key);
  return workspace;
}

const secretsVersion = (relay: TestRelay): number | undefined =>
  relay.relay.policy.current.connectors.get('next-hop')?.secretsVersion;

test('a renewed CA and client certificate count without a restart', async () => {
  await using workspace = await workspaceWith(365);
  await using relay = await startTestRelay({ workspace });
  const before = secretsVersion(relay);
  const changed = (after: number | undefined): Promise<void> =>
    new Promise((resolve) => {
      const stop = relay.relay.policy.onChange(() => {
        if (secretsVersion(relay) === after) return;
        stop();
        resolve();
      });
    });
  const first = changed(before);
  await replace(workspace, 'ca.pem', (await pairOf(365)).certificate);
  await first;
  const between = secretsVersion(relay);
  const second = changed(between);
  const pair = await pairOf(365);
  await replace(workspace, 'client.pem', pair.certificate);
  await replace(workspace, 'client-key.pem', pair.key);
  await second;
  expect(secretsVersion(relay)).toBeGreaterThan(between ?? 0);
});

test('what cannot be used is refused, and what is in force stays', async () => {
  await using workspace = await workspaceWith(365);
  await using relay = await startTestRelay({ workspace });
  const before = secretsVersion(relay);
  await replace(workspace, 'ca.pem', 'no certificate');
  expect((await relay.event('policy-refused')).text).toContain('ca.pem');
  expect(secretsVersion(relay)).toBe(before);
});

test('a certificate that ends soon is told once each, as what ends and not as a warning too', async () => {
  await using workspace = await workspaceWith(10);
  await using relay = await startTestRelay({ workspace });
  const told = relay.events.list.flatMap((event) => {
    if (event.kind === 'expiring') return [event.what];
    return event.kind === 'warning' && event.text.includes(' ends on ') ? [event.text] : [];
  });
  expect(told).toEqual([
    expect.stringContaining('the CA of the connector next-hop'),
    expect.stringContaining('the client certificate of the connector next-hop'),
  ]);
});
