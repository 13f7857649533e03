/** A temporary directory with a configuration for one relay. */
import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

export interface Workspace extends AsyncDisposable {
  readonly directory: string;
  readonly configFile: string;
  readonly policyFile: string;
  readonly data: string;
  readonly caFile: string;
  write(name: string, text: string): Promise<string>;
  read(name: string): Promise<string>;
}

export interface WorkspaceOptions {
  /** Merged into the node configuration. */
  readonly node?: Readonly<Record<string, unknown>>;
  /** Merged into the one listener. */
  readonly listener?: Readonly<Record<string, unknown>>;
  readonly policy: Readonly<Record<string, unknown>> | string;
}

export async function makeWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), 'relay365-test-'));
  const workspace: Workspace = {
    directory,
    configFile: join(directory, 'relay365.yaml'),
    policyFile: join(directory, 'policy.yaml'),
    data: join(directory, 'data'),
    caFile: join(directory, 'data', 'listener.crt'),
    async write(name, text) {
      const file = join(directory, name);
      // In one go: relays watch their files, and half a policy is a policy.
      writeFileSync(file, text);
      return file;
    },
    read: (name) => readFile(join(directory, name), 'utf8'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
  await workspace.write('relay365.yaml', stringify(nodeDocument(options)));
  const { policy } = options;
  await workspace.write('policy.yaml', typeof policy === 'string' ? policy : stringify(policy));
  return workspace;
}

function nodeDocument({ node, listener }: WorkspaceOptions): Record<string, unknown> {
  return {
    hostname: 'relay.test.example',
    data: './data',
    listeners: [{ name: 'devices', address: '127.0.0.1', port: 0, ...listener }],
    console: { address: '127.0.0.1', port: 0 },
    policy: './policy.yaml',
    shutdown: { drain: '10s' },
    ...node,
  };
}

/** A policy in which this machine may send as contoso.com, and everything goes to a next hop on loopback. */
export function loopbackPolicy(
  nextHopPort: number,
  changes: {
    readonly source?: Readonly<Record<string, unknown>>;
    readonly connector?: Readonly<Record<string, unknown>>;
  } = {},
): Record<string, unknown> {
  return {
    sources: [{ name: 'scanner', networks: ['127.0.0.1'], senders: ['*@contoso.com'], ...changes.source }],
    connectors: [
      {
        name: 'next-hop',
        route: { type: 'smart-host', hosts: [`127.0.0.1:${nextHopPort}`] },
        tls: 'off',
        retry: { initial: '1s', maximum: '1s' },
        ...changes.connector,
      },
    ],
  };
}

/** A small message with a subject of its own. */
export function sampleContent(subject: string, to = 'someone@fabrikam.example'): string {
  return [
    'From: scanner@contoso.com',
    `To: ${to}`,
    `Subject: ${subject}`,
    'Date: Mon, 23 Nov 2026 08:00:00 +0000',
    `Message-ID: <${subject.replaceAll(/\W/g, '-')}@contoso.com>`,
    '',
    'One line.',
    '.A line that begins with a dot.',
  ].join('\r\n');
}
