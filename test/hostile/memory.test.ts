/** Memory of a relay in a process of its own: what one client sends does not decide how much it takes. */
import type { Socket } from 'node:net';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:process';
import { expect, it } from 'vitest';
import { WireClient } from '../conversations/wire-client.ts';
import { startProcess } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';

const mebibyte = 2 ** 20;
const lines = Buffer.alloc(mebibyte, `${'x'.repeat(62)}\r\n`);
const noLineEnd = Buffer.alloc(mebibyte, 'x');

/** Most memory that the process has had, in MiB. */
async function highWater(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

/** Resolves when the socket takes more, or never will. */
function writable(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

interface Content {
  readonly before: string;
  readonly block: Buffer;
  readonly blocks: number;
  readonly after: string;
}

async function send(port: number, { before, block, blocks, after }: Content): Promise<string> {
  const client = await WireClient.connect(port);
  await client.replies();
  client.send('HELO c\r\nMAIL FROM:<a@contoso.com>\r\nRCPT TO:<b@fabrikam.example>\r\n');
  await client.replies(3);
  client.send(before);
  for (let sent = 0; sent < blocks && !client.closed; sent += 1) {
    if (!client.socket.write(block)) await writable(client.socket);
  }
  client.send(`${after}QUIT\r\n`);
  const said = await client.end();
  client.destroy();
  return said;
}

it.skipIf(platform !== 'linux')(
  'a message of 140 MiB, one line of 300 MiB, and 10 MiB of header cost little',
  async () => {
    await using nextHop = await startNextHop();
    // Suspended, so that only the way in is measured.
    const policy = loopbackPolicy(nextHop.port, { connector: { suspended: true } });
    await using workspace = await makeWorkspace({ policy, listener: { tls: 'off' } });
    await using relay = await startProcess(workspace.configFile);
    const header = 'From: a@contoso.com\r\n\r\n';
    const chunk = (blocks: number): Content => ({
      before: `BDAT ${header.length + blocks * mebibyte} LAST\r\n${header}`,
      block: lines,
      blocks,
      after: '',
    });
    const data = { before: `DATA\r\n${header}`, block: lines, blocks: 140, after: '\r\n.\r\n' };
    expect(await send(relay.port, chunk(10))).toMatch(/^250 /);
    const small = await highWater(relay.pid);
    expect(await send(relay.port, chunk(140))).toMatch(/^250 /);
    expect(await send(relay.port, data)).toMatch(/^354 [^\r\n]+\r\n250 /);
    expect(await send(relay.port, { ...data, block: noLineEnd, blocks: 310 })).toMatch(/\r\n552 5\.3\.4 /);
    const endlessHeader = { ...data, before: 'DATA\r\nX-Filler: ', block: noLineEnd, blocks: 10 };
    expect(await send(relay.port, endlessHeader)).toMatch(/\r\n552 5\.3\.4 /);
    // What the garbage collector lets stand varies from run to run; of what was sent, at least 140 MiB would stand.
    expect((await highWater(relay.pid)) - small).toBeLessThan(128);
  },
);
