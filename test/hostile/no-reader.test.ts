/** A client that asks and asks and reads no answer: what waits for it is bounded, and nothing is lost. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { Session } from '../../src/listener/session.ts';
import { testPolicy, testSurroundings } from '../conversations/surroundings.ts';

/** The server's end of a connection whose client reads only when it is told to. */
class UnreadSocket extends Duplex {
  readonly taken: string[] = [];
  #resume: (() => void) | undefined;

  constructor() {
    super({ writableHighWaterMark: 16 * 1024 });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(chunk.toString('latin1'));
    this.#resume = done;
  }

  /** The client reads one piece; `false` when there is none. */
  readOne(): boolean {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
    return resume !== undefined;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('answers 8000 EHLO of one chunk in pieces that the client reads, all of them and in order', async () => {
  const socket = new UnreadSocket();
  const { options } = testSurroundings({ tls: 'off' });
  const session = new Session(socket as unknown as Socket, {
    options,
    policy: testPolicy(),
    client: { address: '127.0.0.1' },
    ref: 'test',
    messages: 0,
    upgrade: () => undefined,
  });
  const asked = 8000;
  socket.push(Buffer.from('EHLO a\r\n'.repeat(asked)));
  await turn();
  expect(socket.writableLength, 'of some two megabytes of replies').toBeLessThan(128 * 1024);
  expect(socket.isPaused(), 'no more is taken from the client').toBe(true);
  while (socket.readOne()) await turn();
  const replies = socket.taken.join('');
  expect(replies.match(/^250 HELP\r\n/gm)).toHaveLength(asked);
  expect(replies.replaceAll(/(?:250-[ -~]+\r\n)+250 HELP\r\n/g, '')).toBe('');
  expect(socket.isPaused()).toBe(false);
  session.dispose();
});
