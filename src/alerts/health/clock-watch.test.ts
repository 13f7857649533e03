/** The clock of this machine against a clock that only rises, and against those of others. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { selfSigned } from '../../platform/certificates.ts';
import type { Clock } from '../../platform/clock.ts';
import { instant, systemClock } from '../../platform/clock.ts';
import { ClockWatch } from './clock-watch.ts';
import { judgeClock } from './judge.ts';

async function startServer(date: () => string | undefined) {
  const { certificate, key } = await selfSigned('localhost', { now: new Date(), days: 1 });
  const server = createServer({ cert: certificate, key }, (_, response) => {
    response.sendDate = false;
    const value = date();
    if (value !== undefined) response.setHeader('date', value);
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dispatcher = new Agent({ connect: { ca: certificate } });
  onTestFinished(async () => {
    await dispatcher.destroy();
    server.close();
  });
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    async ask() {
      const answer = await request(`https://${this.host}/`, { dispatcher });
      await answer.body.dump();
    },
  };
}

// RFC 9110 6.6.1: an origin server with a clock sends Date in its answers.
test('an answer of another host by HTTPS says how far our clock is off', async () => {
  const server = await startServer(() => new Date(Date.now() + 400_000).toUTCString());
  using watch = new ClockWatch(systemClock);
  expect(watch.read().skew).toBeUndefined();
  await server.ask();
  const { skew } = watch.read();
  expect(skew?.host).toBe(server.host);
  expect(skew?.ms).toBeGreaterThan(390_000);
  expect(skew?.ms).toBeLessThan(410_000);
  const reading = watch.read();
  expect(judgeClock(reading, systemClock.now())).toMatchObject({ id: 'clock', state: 'fail' });
});

test.each([undefined, 'no date', ''])('an answer whose Date is %j says nothing', async (date) => {
  const server = await startServer(() => date);
  using watch = new ClockWatch(systemClock);
  await server.ask();
  expect(watch.read().skew).toBeUndefined();
});

test('a clock that is set is seen against the one that only rises', () => {
  const time = { wall: 1_700_000_000_000, steady: 5_000 };
  const clock: Clock = {
    now: () => instant(time.wall),
    monotonic: () => time.steady,
    after: () => () => undefined,
  };
  using watch = new ClockWatch(clock);
  time.wall += 15_000;
  time.steady += 15_000;
  expect(watch.read()).toEqual({ jumpMs: 0 });
  time.wall += 15_000 - 3_600_000;
  time.steady += 15_000;
  expect(watch.read()).toMatchObject({ jumpMs: -3_600_000, lastJump: { ms: -3_600_000 } });
});
