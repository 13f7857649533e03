import { describe, expect, it } from 'vitest';
import { atOnceCharsMax, explainAside } from './explain-aside.ts';
import { bounceCharsMax } from './bounce.ts';

const reply = '550 5.7.64 TenantAttribution; Relay Access Denied';

/** RFC 2046 5.1: parts in parts, as deep as the text goes. */
function deepMime(): string {
  const parts: string[] = ['From: a@example.com', 'MIME-Version: 1.0'];
  for (let depth = 0; parts.length < 12_000; depth += 1) {
    parts.push(`Content-Type: multipart/report; boundary=b${depth}`, '', `--b${depth}`);
  }
  return parts.join('\r\n').slice(0, bounceCharsMax);
}

const hostile: readonly (readonly [string, string])[] = [
  ['parts in parts without end', deepMime()],
  ['a header without end', `From: a@example.com\r\nContent-Type: text/plain${';\r\n x=y'.repeat(70_000)}`],
  [
    'a mail of 25 MB cut to what is read',
    `From: a@example.com\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n${'QUJD'.repeat(6_500_000)}`.slice(
      0,
      bounceCharsMax,
    ),
  ],
  ['codes without words', '550-'.repeat(100_000)],
  ['half an address', 'a@'.repeat(200_000)],
  ['what begins like a refusal of ours', '550 5.7.1 Sender '.repeat(20_000)],
];

describe('a text from elsewhere', () => {
  it.each(hostile)('%s does not stop the event loop', async (_what, text) => {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    const found = await explainAside(text, {});
    isOver = true;
    expect(['explained', 'unknown', 'unreadable']).toContain(found.kind);
    // Searched on the event loop, it would be over before the first turn.
    expect(turns).toBeGreaterThan(20);
  });

  it('that is as short as a reply is explained at once', async () => {
    expect(reply.length).toBeLessThan(atOnceCharsMax);
    let isOver = false;
    setImmediate(() => {
      isOver = true;
    });
    expect(await explainAside(reply, {})).toMatchObject({ kind: 'explained' });
    expect(isOver).toBe(false);
  });

  it('is explained in a thread as it would be at once', async () => {
    const long = `${'Nothing of interest.\n'.repeat(500)}${reply}`;
    expect(await explainAside(long, {})).toMatchObject({
      kind: 'explained',
      explained: { id: 'attribution-relay-denied' },
    });
  });

  it('waits for no third one', async () => {
    const long = 'x'.repeat(20_000);
    const results = await Promise.all([1, 2, 3].map(() => explainAside(long, {})));
    expect(results.map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'busy']);
  });
});
