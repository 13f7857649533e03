/** A trial says of any content what the way in does with it, and keeps nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Transaction } from './acceptance.ts';
import type { WayIn } from './accept.fixture.ts';
import { give, mail, openWayIn, sourceWith, splitAt, stored, transaction } from './accept.fixture.ts';
import type { Taken } from './content-trial.ts';
import { ContentTrial } from './content-trial.ts';
import type { Refusal } from '../policy/verdict.ts';

const inlineBytesMax = 8192;

function tried(way: WayIn, of: Transaction, pieces: readonly Buffer[]): Taken | Refusal {
  const trial = new ContentTrial({ clock: way.clock, hostname: 'relay.contoso.com', inlineBytesMax }, of);
  for (const piece of pieces) trial.push(piece);
  return trial.end();
}

const repairs = [
  'bare-line-feeds',
  'missing-date',
  'missing-message-id',
  'missing-from',
  'missing-mime',
  'overlong-lines',
] as const;

const lines = fc.constantFrom(
  'From: scan@contoso.com',
  'From: boss@fabrikam.example',
  'from : "x" <scan@contoso.com>, <other@contoso.com>',
  'From:',
  'Date: Mon, 23 Nov 2026 08:00:00 +0000',
  'Message-ID: <1@contoso.com>',
  'Received: from a by b; Mon, 23 Nov 2026 08:00:00 +0000',
  'Received: from a by relay.contoso.com (relay365) with ESMTP; Mon, 23 Nov 2026 08:00:00 +0000',
  'Content-Type: multipart/signed',
  'Subject: T\xc3\xbcr',
  `X: ${'word '.repeat(250)}`,
  'no field',
  '',
  'text \xe9',
  'x'.repeat(1500),
  'a\0b',
);
const lineEnd = fc.oneof(
  { weight: 20, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: fc.constantFrom('\n', '\r', '\r\r\n') },
);
const content = fc
  .array(fc.tuple(lines, lineEnd), { maxLength: 30 })
  .map((parts) => Buffer.from(parts.flat().join(''), 'latin1'));

test('any content is judged, repaired and rewritten as the way in does it', async () => {
  await using way = await openWayIn({ inlineBytesMax });
  const policies = fc.record({
    repair: fc.subarray([...repairs]),
    rewrite: fc.constantFrom(undefined, { from: 'scan@contoso.com' }, { sender: 'scan@contoso.com' }),
    headerFrom: fc.constantFrom('any', 'senders'),
  });
  const seen = { taken: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      content,
      policies,
      fc.constantFrom('7bit', 'binarymime'),
      fc.array(fc.nat(400), { maxLength: 4 }),
      async (octets, { repair, rewrite, headerFrom }, body, cuts) => {
        const source = sourceWith({ repair, ...(rewrite && { rewrite }), headerFrom });
        const of = transaction(way, {
          source,
          messageBytesMax: 20_000,
          headerBytesMax: 4000,
          envelope: { body } as never,
        });
        const said = tried(way, of, splitAt(octets, cuts));
        const live = await give(way.acceptance.begin(of), [Buffer.from(octets)]);
        if (live.kind !== 'receipt') {
          expect(said).toEqual(live);
          seen.refused += 1;
          return;
        }
        seen.taken += 1;
        const { accepted } = (await stored(way, live)).message;
        expect(said).toMatchObject({
          kind: 'taken',
          envelope: accepted.envelope,
          facts: accepted.content,
          trace: accepted.trace,
        });
      },
    ),
    { numRuns: 500, seed: 2821 },
  );
  expect(Math.min(seen.taken, seen.refused), JSON.stringify(seen)).toBeGreaterThan(50);
});

test('says what its header section has, and lacks', async () => {
  await using way = await openWayIn();
  const received = 'Received: from a by b; Mon, 23 Nov 2026 08:00:00 +0000';
  const octets = mail('From: scan@contoso.com', received, received, 'Date: ', '', 'text');
  expect(tried(way, transaction(way), [octets])).toMatchObject({
    header: { fields: 4, hops: 2, missing: ['Date', 'Message-ID'] },
    from: { verdict: { rule: 'header-from-permitted' } },
  });
});

test('nothing is stored', async () => {
  await using way = await openWayIn();
  const of = transaction(way, { source: sourceWith({ repair: ['missing-date', 'missing-mime'] }) });
  expect(tried(way, of, [mail('From: scan@contoso.com', '', 'x'.repeat(900_000))])).toMatchObject({
    kind: 'taken',
  });
  expect(await way.store.get(of.id)).toBeUndefined();
  expect(way.events.list).toEqual([]);
});
