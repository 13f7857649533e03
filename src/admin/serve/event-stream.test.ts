import { ServerResponse, IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { StreamEvent } from '../../../contract/routes.ts';
import { FakeClock } from '../../platform/fake-clock.ts';
import { EventStreams, formatEvent } from './event-stream.ts';

/** A reader that takes what `takes` says, and keeps it. */
function makeReader({ takes = true } = {}) {
  let text = '';
  const wire = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      if (takes) done();
    },
    highWaterMark: takes ? 65_536 : 64,
  });
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  response.assignSocket(wire as unknown as Socket);
  return { response, text: () => text };
}

async function* forever(signal: AbortSignal, first: readonly unknown[] = []) {
  yield* first;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function serve(options: {
  readonly takes?: boolean;
  readonly mayListen?: () => boolean;
  readonly first?: unknown[];
}) {
  const clock = new FakeClock();
  const controller = new AbortController();
  const reader = makeReader(options);
  const faults: unknown[] = [];
  const done = new EventStreams(clock).serve(
    reader.response,
    {},
    {
      listener: 'somebody',
      events: forever(controller.signal, options.first),
      controller,
      mayListen: () => Promise.resolve(options.mayListen?.() ?? true),
      onFault: (error) => faults.push(error),
    },
  );
  return { clock, controller, done, faults, ...reader };
}

test('events arrive as the standard writes them, and a line end in a value breaks nothing', async () => {
  expect(formatEvent({ a: 'x\ny' })).toBe('data: {"a":"x\\ny"}\n\n');
  expect(formatEvent(new StreamEvent('7\nevent: x', [1]))).toBe('id: 7 event: x\ndata: [1]\n\n');
  const stream = serve({ first: [{ n: 1 }, new StreamEvent('2', { n: 2 })] });
  await stream.clock.advance(1);
  await stream.clock.advance(1);
  stream.controller.abort();
  await stream.done;
  expect(stream.text()).toContain('data: {"n":1}\n\n');
  expect(stream.text()).toContain('id: 2\ndata: {"n":2}\n\n');
  expect(stream.faults).toEqual([]);
});

test('a heartbeat comes every 15 seconds, until the caller may not listen any longer', async () => {
  let may = true;
  const stream = serve({ mayListen: () => may });
  await stream.clock.advance(45_000);
  expect(stream.text().split(': still here').length - 1).toBe(3);
  may = false;
  await stream.clock.advance(15_000);
  await stream.done;
  expect(stream.clock.pendingTimers).toBe(0);
});

test('a reader that takes nothing for 30 seconds is dropped', async () => {
  const stream = serve({ takes: false, first: [{ text: 'x'.repeat(100_000) }, { text: 'y' }] });
  await stream.clock.advance(30_000);
  await stream.done;
  expect(stream.response.destroyed).toBe(true);
  expect(stream.clock.pendingTimers).toBe(0);
});

test('one listener cannot take the streams of all, and gets room again as streams end', async () => {
  const streams = new EventStreams(new FakeClock());
  const open = (listener: string) => {
    const controller = new AbortController();
    const mayListen = () => Promise.resolve(true);
    const stream = {
      listener,
      events: forever(controller.signal),
      controller,
      mayListen,
      onFault: () => undefined,
    };
    return { controller, done: streams.serve(makeReader().response, {}, stream) };
  };
  const [first, ...others] = Array.from({ length: 20 }, () => open('help'));
  expect(() => streams.assertRoom('help')).toThrow('20 of help are open');
  expect(() => streams.assertRoom('alice')).not.toThrow();
  first?.controller.abort();
  await first?.done;
  expect(() => streams.assertRoom('help')).not.toThrow();
  const more = Array.from({ length: 81 }, (_, n) => open(`user-${n}`));
  expect(() => streams.assertRoom('alice')).toThrow('100 are open');
  for (const { controller } of [...others, ...more]) controller.abort();
  await Promise.all([...others, ...more].map(({ done }) => done));
  expect(() => streams.assertRoom('alice')).not.toThrow();
});
