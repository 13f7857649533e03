/** RFC 5321 2.4: commands are ASCII. A letter beyond it whose upper case is an ASCII one makes another word. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Listener, startListener } from '../../src/listener/listener.ts';
import { testSurroundings } from '../conversations/surroundings.ts';
import { WireClient } from '../conversations/wire-client.ts';

let listener: Listener | undefined;

afterEach(async () => {
  await listener?.close(0);
});

async function greeted(): Promise<WireClient> {
  listener = await startListener(testSurroundings({ tls: 'off' }).options);
  const client = await WireClient.connect(listener.port);
  await client.replies();
  return client;
}

describe('a word that only looks like a command after Unicode upper case is none', () => {
  it.each(['MA\u0131L FROM:<a@contoso.com>', 'R\u017fET', 'QU\u0131T', 'HELP\u0131'])('%s', async (line) => {
    const client = await greeted();
    client.send('EHLO c\r\n');
    await client.replies();
    client.send(Buffer.from(`${line}\r\n`));
    expect(await client.replies()).toMatch(/^500 5\.5\.1 /);
    client.destroy();
  });

  it('nor a parameter', async () => {
    const client = await greeted();
    client.send('EHLO c\r\n');
    await client.replies();
    client.send(Buffer.from(`MAIL FROM:<a@contoso.com> \u017fIZE=1 SMTPUTF8\r\n`));
    expect(await client.replies()).toMatch(/^501 5\.5\.4 /);
    client.destroy();
  });
});
