import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mailbox } from '../protocol/address.ts';
import { give, mail, openWayIn, sourceWith, splitAt, stored, transaction } from './accept.fixture.ts';

const plain = mail(
  'From: Scanner <scan@contoso.com>',
  'To: bob@example.com',
  'Subject: Scan',
  'Date: Mon, 23 Nov 2026 07:59:00 +0000',
  'Message-ID: <1@contoso.com>',
  '',
  'See attachment.',
);

test('a message is stored with a Received field on top and otherwise as it came', async () => {
  await using way = await openWayIn();
  const tls = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', verified: false };
  const given = transaction(way, {
    protocol: 'ESMTPSA',
    client: { address: '2001:db8::7', helo: 'scanner', listener: 'devices', tls },
  });
  const result = await give(way.acceptance.begin(given), [plain]);
  const { message, content } = await stored(way, result);
  expect(content.toString()).toBe(
    `Received: from scanner ([IPv6:2001:db8::7])\r\n` +
      `\tby relay.contoso.com (relay365) with ESMTPSA (TLSv1.3 TLS_AES_256_GCM_SHA384) id ${given.id}\r\n` +
      `\t(source scanner) for <bob@example.com>;\r\n` +
      `\tMon, 23 Nov 2026 08:00:00 +0000\r\n${plain.toString()}`,
  );
  expect(message.accepted).toMatchObject({
    id: given.id,
    source: 'scanner',
    isNotice: false,
    priority: 'normal',
    trace: [],
    content: {
      bytes: content.length,
      headerBytes: content.indexOf('\r\n\r\n') + 2,
      eightBit: false,
      utf8Header: false,
      binary: false,
      subject: 'Scan',
      messageId: '<1@contoso.com>',
      from: 'Scanner <scan@contoso.com>',
    },
  });
  expect(result).toEqual({ kind: 'receipt', id: given.id, bytes: content.length });
  expect(way.events.counts()).toEqual({ accepted: 1 });
});

test('several recipients: none is named, so none learns of the others (RFC 5321 7.2)', async () => {
  await using way = await openWayIn();
  const recipients = [{ address: mailbox('bob@example.com') }, { address: mailbox('eve@example.com') }];
  const result = await give(way.acceptance.begin(transaction(way, { envelope: { recipients } as never })), [
    plain,
  ]);
  expect((await stored(way, result)).content.toString()).not.toMatch(/ for |eve/);
});

test.each([
  ['a control character', 'a\r\nX: y', '([192.0.2.7] helo=a??X:?y)'],
  [
    'a closing parenthesis',
    'x) by relay.contoso.com (relay365',
    '([192.0.2.7] helo=x??by?relay.contoso.com??relay365)',
  ],
  ['escape and right-to-left marks', '\u001b[2J\u202e', '([192.0.2.7] helo=?[2J?)'],
  ['nothing', '', '([192.0.2.7])'],
  ['a name of a megabyte', 'a b'.repeat(400_000), `([192.0.2.7] helo=${'a?b'.repeat(22).slice(0, 64)})`],
])('HELO with %s stays inside its comment (V14)', async (_, helo, comment) => {
  await using way = await openWayIn();
  const given = transaction(way, { client: { address: '192.0.2.7', helo, listener: 'devices' } });
  const { content } = await stored(way, await give(way.acceptance.begin(given), [plain]));
  expect(content.toString().split('\r\n')[0]).toBe(`Received: from [192.0.2.7] ${comment}`);
});

// D25: nothing is encoded, folded or unfolded on the way.
const corpus = join(import.meta.dirname, '../../test/corpus/messages');
const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.eml'),
);

test('the corpus is there', () => {
  expect(files.length).toBe(103);
});

test.each(files)('%s is stored octet for octet', async (name) => {
  const original = readFileSync(join(corpus, name));
  const text = original.toString('latin1').replaceAll(/\r?\n/g, '\r\n').replaceAll('\0', ' ');
  const content = Buffer.from(text, 'latin1');
  await using way = await openWayIn({ inlineBytesMax: 16 * 1024 });
  // `any`: many of these have a From that no policy permits; the test is about octets.
  const source = sourceWith({ headerFrom: 'any' });
  for (const chunks of [[Buffer.from(content)], splitAt(content, [1, 100, 101, 4096, 20_000])]) {
    const result = await give(way.acceptance.begin(transaction(way, { source })), chunks);
    const { message, behindTrace } = await stored(way, result);
    expect(behindTrace.equals(content)).toBe(true);
    expect(message.accepted.trace.filter(({ step }) => step === 'changed')).toEqual([]);
  }
});

const content = fc
  .tuple(
    fc.constantFrom('From: scan@contoso.com\r\n', 'From:\r\n scan@contoso.com\r\nSubject: \xe9\r\n', ''),
    fc.array(fc.constantFrom('X-A: 1\r\n', ' folded\r\n', 'junk\r\n', 'Date: x\r\n'), { maxLength: 4 }),
    fc.constantFrom('\r\n', '', '\n', '\r\n\r\n'),
    fc.array(fc.constantFrom('text\r\n', 'b\n', '\r', '\xe9', 'line '.repeat(300), '.', '\r\n', '\0'), {
      maxLength: 8,
    }),
  )
  .map(([from, fields, gap, body]) => Buffer.from([from, ...fields, gap, ...body].join(''), 'latin1'));

test('any split of the content gives the same stored octets, facts and refusal', async () => {
  await using way = await openWayIn({ inlineBytesMax: 2600 });
  const repairs = [
    [],
    ['bare-line-feeds'],
    [
      'bare-line-feeds',
      'missing-from',
      'missing-date',
      'missing-message-id',
      'missing-mime',
      'overlong-lines',
    ],
  ];
  const sources = repairs.map((repair) =>
    sourceWith({ repair, headerFrom: repair.length === 1 ? 'any' : 'senders' }),
  );
  const body = fc.constantFrom('7bit', '8bitmime', 'binarymime');
  const cuts = fc.array(fc.nat(2000), { maxLength: 6 });
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(content, cuts, fc.nat(2), body, async (octets, where, which, type) => {
      const given = { ...transaction(way), source: sources[which]!, headerBytesMax: 200 };
      const envelope = { ...given.envelope, body: type } as const;
      const outcomes = [];
      const whole = Buffer.from(octets);
      // Copies, single octets, and neighbouring views of one buffer.
      const splits = [
        [Buffer.from(octets)],
        splitAt(octets, where),
        splitAt(octets, [...octets.keys()]),
        [whole.subarray(0, 1), whole.subarray(1)],
      ];
      for (const chunks of splits) {
        const result = await give(way.acceptance.begin({ ...given, id: way.newId(), envelope }), chunks);
        if (result.kind !== 'receipt') {
          outcomes.push([result.code, result.rule]);
          continue;
        }
        const { message, content: found } = await stored(way, result);
        accepted++;
        const { bytes, ...facts } = message.accepted.content;
        expect(bytes).toBe(found.length);
        const ids = new RegExp(result.id, 'g');
        outcomes.push([
          found.toString('latin1').replaceAll(ids, 'ID'),
          JSON.stringify([facts, message.accepted.trace]).replaceAll(ids, 'ID'),
        ]);
      }
      expect(outcomes[1]).toEqual(outcomes[0]);
      expect(outcomes[2]).toEqual(outcomes[0]);
      expect(outcomes[3]).toEqual(outcomes[0]);
    }),
    { numRuns: 400 },
  );
  // Of 1200 tries enough are not refused, or the test says nothing.
  expect(accepted).toBeGreaterThan(200);
});
