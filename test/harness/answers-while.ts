/** How much of a turn a relay leaves to others while it works for somebody: answers are counted, and not times. */
import { expect } from 'vitest';
import type { TestRelay } from './relay.ts';
import { SmtpTalk } from './smtp-talk.ts';

/** How often SMTP and HTTP answered, one after the other, until the work was done or it was `enough`. */
export async function answersWhile(relay: TestRelay, work: Promise<unknown>, enough = 300): Promise<number> {
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  let answers = 0;
  while (!isDone && answers < enough) {
    expect((await talk.say('NOOP')).code).toBe(250);
    const health = await fetch(`${relay.relay.consoleUrl}/healthz`);
    expect(health.status).toBe(200);
    await health.text();
    answers += 1;
  }
  await done;
  return answers;
}
