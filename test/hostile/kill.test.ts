/**
 * kill -9 of a whole relay under load, at moments that nobody chose: what was acknowledged arrives, and whole; again
 * only where its outcome was not yet on record (RFC 1047); what was not acknowledged arrives whole or not at all.
 */
import { expect, it } from 'vitest';
import { startProcess } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';

const rounds = 4;
const senders = 8;
const connections = 4;

/** Content that shows by its last line whether all of it is there. */
function content(id: string): string {
  const lines = id.endsWith('0') ? 4000 : 5;
  return `From: a@contoso.com\r\nX-Id: ${id}\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(lines)}end ${id}`;
}

interface Acknowledged {
  readonly id: string;
  readonly queueId: string;
}

/** Sends one message after the other until the relay is gone; returns those that were acknowledged. */
async function sendUntilGone(port: number, name: string): Promise<readonly Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  try {
    await using talk = await SmtpTalk.open(port);
    await talk.say('EHLO c');
    for (let count = 0; ; count += 1) {
      const id = `${name}.${count}`;
      const reply = await talk.send({
        from: 'a@contoso.com',
        to: ['b@fabrikam.example'],
        content: content(id),
      });
      if (reply.code !== 250) throw new Error(`not expected: ${reply.text}`);
      acknowledged.push({ id, queueId: /queued as (\w+)/.exec(reply.text)?.[1] ?? '' });
    }
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('not expected')) throw error;
    return acknowledged;
  }
}

it('loses nothing that was acknowledged', { timeout: 60_000 }, async () => {
  await using nextHop = await startNextHop();
  const policy = loopbackPolicy(nextHop.port, { connector: { limits: { connections } } });
  const listener = { tls: 'off', limits: { messagesPerConnection: 100_000, commands: 1_000_000 } };
  await using workspace = await makeWorkspace({ policy, listener });
  const acknowledged: Acknowledged[] = [];
  const kills: { readonly arrived: number; readonly settled: ReadonlySet<unknown> }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await using relay = await startProcess(workspace.configFile);
    const sending = Array.from({ length: senders }, (_, sender) =>
      sendUntilGone(relay.port, `r${round}.s${sender}`),
    );
    const seen = nextHop.mails.length;
    // Another point of the work in each round; the load itself is not the same twice.
    await nextHop.arrived(seen + 20 + 61 * round);
    relay.process.kill('SIGKILL');
    await relay.exit;
    acknowledged.push(...(await Promise.all(sending)).flat());
    const settled = relay.lines.flatMap((line) => (line.event === 'settled' ? [line['id']] : []));
    kills.push({ arrived: nextHop.mails.length, settled: new Set(settled) });
  }
  await using relay = await startProcess(workspace.configFile);
  const arrivals = new Map<string, number[]>();
  let looked = 0;
  const look = (): number => {
    for (; looked < nextHop.mails.length; looked += 1) {
      const text = nextHop.mails[looked]?.content.toString('latin1') ?? '';
      const id = /^X-Id: (\S+)/m.exec(text)?.[1] ?? 'none';
      expect(text.endsWith(`\r\nend ${id}\r\n`), `${id} is whole`).toBe(true);
      arrivals.set(id, [...(arrivals.get(id) ?? []), looked]);
    }
    return acknowledged.filter(({ id }) => !arrivals.has(id)).length;
  };
  expect(acknowledged.length).toBeGreaterThan(rounds * 20);
  await expect.poll(look).toBe(0);
  relay.process.kill('SIGTERM');
  await relay.exit;
  look();
  const again = acknowledged.filter(({ id, queueId }) =>
    kills.some(({ arrived, settled }) => settled.has(queueId) && (arrivals.get(id)?.at(-1) ?? 0) >= arrived),
  );
  expect(again, 'sent again although the outcome was on record before the kill').toEqual([]);
  // Log lines are gathered before they are written, so that an early kill may leave none of a round.
  expect(kills.some(({ settled }) => settled.size > 0)).toBe(true);
});
