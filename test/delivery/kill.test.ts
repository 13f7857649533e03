/** kill -9 of the relay under load, with a next hop that counts what it takes. */
import { describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { startProcess } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

const connections = 2;
const rounds = 5;

describe('kill -9', () => {
  test('what was acknowledged arrives, and what arrives twice is counted as in doubt', async () => {
    await using nextHop = await startNextHop();
    await using workspace = await makeWorkspace({
      policy: loopbackPolicy(nextHop.port, { connector: { limits: { connections } } }),
    });
    const acknowledged = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      await using relay = await startProcess(workspace.configFile);
      const clients = Array.from({ length: 4 }, (_, client) =>
        sendUntilGone(relay.port, `round-${round}-client-${client}`, acknowledged),
      );
      // Some way into the load, which is another point of the work in each round.
      await nextHop.arrived(nextHop.mails.length + 40 + 17 * round);
      relay.process.kill('SIGKILL');
      expect(await relay.exit).toBe('SIGKILL');
      await Promise.all(clients);
    }
    await using last = await startProcess(workspace.configFile);
    const subjects = () =>
      nextHop.mails.map(({ content }) => /^Subject: (.*?)\r$/m.exec(content.toString())?.[1] ?? '');
    await expect.poll(() => missing(acknowledged, subjects())).toEqual([]);
    process.kill(last.pid, 'SIGTERM');
    expect(await last.exit).toBe(0);
    expect(acknowledged.size).toBeGreaterThan(100);
    const doubts = await doubtsOnRecord(workspace.data);
    const arrivals = new Map<string, number>();
    for (const subject of subjects()) arrivals.set(subject, (arrivals.get(subject) ?? 0) + 1);
    const uncounted = [...arrivals].filter(([subject, times]) => times > 1 + (doubts.get(subject) ?? 0));
    expect(uncounted, 'arrived more often than the relay counts as possible').toEqual([]);
  });
});

/** By subject: how often the relay says that it risked a duplicate. */
async function doubtsOnRecord(directory: string): Promise<ReadonlyMap<string, number>> {
  await using store = await openSqliteStore({ directory });
  const doubts = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: 1000, ...(cursor !== undefined && { cursor }) });
    for (const { accepted, progress } of page.items) {
      doubts.set(accepted.content.subject ?? '', progress.inDoubt);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return doubts;
}

function missing(wanted: ReadonlySet<string>, found: readonly string[]): string[] {
  const there = new Set(found);
  return [...wanted].filter((subject) => !there.has(subject));
}

/** Notes the subjects that were answered with 250; ends with the connection. */
async function sendUntilGone(port: number, prefix: string, acknowledged: Set<string>): Promise<void> {
  try {
    await using talk = await SmtpTalk.open(port);
    await talk.say('EHLO client.example');
    for (let count = 0; ; count++) {
      const subject = `${prefix}-${count}`;
      const { code } = await talk.send({
        from: 'scanner@contoso.com',
        to: ['someone@fabrikam.example'],
        content: sampleContent(subject),
      });
      if (code === 250) acknowledged.add(subject);
    }
  } catch {
    // The relay is gone; what it did not answer is the client's to repeat.
  }
}
