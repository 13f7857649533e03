/**
 * SMTP smuggling (VU#302671) seen from both ends of a whole relay: whatever stands around a dot, in whatever segments,
 * one DATA is one message or a refusal, and the next hop gets neither a second envelope nor a bare CR or LF.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WireClient } from '../conversations/wire-client.ts';
import { startNextHop, type NextHop } from '../harness/next-hop.ts';
import { startTestRelay, type TestRelay } from '../harness/relay.ts';
import { loopbackPolicy } from '../harness/workspace.ts';

const marks = ['\r', '\n', '\r\n', '\0', '\r\r', '\n\n', '\r\n\n', '\n\r', '\r\r\n', '\n\r\n', '\r\0'];
const pairs = marks
  .flatMap((before) => marks.map((after) => [before, after] as const))
  .filter(([before, after]) => !(before.endsWith('\r\n') && after.startsWith('\r\n')));
const smuggled =
  'MAIL FROM:<evil@contoso.com>\r\nRCPT TO:<c@fabrikam.example>\r\nDATA\r\nFrom: evil@contoso.com\r\n\r\nevil\r\n.\r\n';
const strict = '127.0.0.1';
const lenient = '127.0.0.2';

let nextHop: NextHop;
let relay: TestRelay;

beforeAll(async () => {
  nextHop = await startNextHop();
  const policy = loopbackPolicy(nextHop.port);
  const lenientSource = {
    name: 'lenient',
    networks: [lenient],
    senders: ['*@contoso.com'],
    repair: ['bare-line-feeds'],
  };
  relay = await startTestRelay({
    policy: { ...policy, sources: [...(policy['sources'] as object[]), lenientSource] },
    listener: { tls: 'off', limits: { connectionsPerAddress: 1000 } },
  });
});

afterAll(async () => {
  await relay[Symbol.asyncDispose]();
  await nextHop[Symbol.asyncDispose]();
});

async function transaction(from: string, pieces: readonly string[]): Promise<string> {
  const client = await WireClient.connect(relay.port, { from });
  await client.replies();
  client.send(
    'HELO c\r\nMAIL FROM:<a@contoso.com>\r\nRCPT TO:<b@fabrikam.example>\r\nDATA\r\nFrom: a@contoso.com\r\n\r\n',
  );
  await client.replies(4);
  client.socket.setNoDelay(true);
  for (const piece of pieces) {
    client.socket.write(piece, 'latin1');
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.send('QUIT\r\n');
  const said = await client.end();
  client.destroy();
  return said;
}

/** The octets in one segment, and with each octet around the dot in its own. */
function segmentations(before: string, after: string): readonly (readonly string[])[] {
  return [
    [`first${before}.${after}${smuggled}`],
    ['first', ...Array.from(before), '.', ...Array.from(after), smuggled],
    [`first${before}.`, `${after}${smuggled}`],
  ];
}

it.each([
  ['strict', strict],
  ['with the repair bare-line-feeds', lenient],
])('one message or a refusal, source %s', async (_name, from) => {
  const arrivedBefore = nextHop.mails.length;
  let taken = 0;
  for (const [before, after] of pairs) {
    const shown = JSON.stringify(`${before}.${after}`);
    const replies = await Promise.all(
      segmentations(before, after).map((pieces) => transaction(from, pieces)),
    );
    for (const said of replies) {
      expect(said, shown).toMatch(
        /^(?:250 2\.0\.0 OK, queued as \w+|550 5\.6\.0 [^\r\n]+)\r\n221 [^\r\n]+\r\n$/,
      );
      if (said.startsWith('250')) taken += 1;
    }
    expect(new Set(replies.map((said) => said.slice(0, 3))).size, `${shown} in any segments`).toBe(1);
  }
  if (from === strict) expect(taken).toBe(0);
  else expect(taken).toBeGreaterThan(0);
  await transaction(from, ['last\r\n.\r\n']);
  const mails = (await nextHop.arrived(arrivedBefore + taken + 1)).slice(arrivedBefore);
  expect(mails).toHaveLength(taken + 1);
  for (const mail of mails) {
    expect(mail.from).toBe('a@contoso.com');
    expect(mail.to).toEqual(['b@fabrikam.example']);
    expect(mail.content.toString('latin1')).not.toMatch(/(?<!\r)\n|\r(?!\n)|\0/);
  }
});
