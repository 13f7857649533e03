/** What the header section may be: From, loops, limits, repairs, rewrites. */
import { expect, test } from 'vitest';
import { mailbox } from '../protocol/address.ts';
import type { StoredMessage } from '../store/store.ts';
import type { WayIn } from './accept.fixture.ts';
import { give, mail, openWayIn, sourceWith, stored, transaction } from './accept.fixture.ts';

async function send(way: WayIn, lines: readonly string[], given: Parameters<typeof transaction>[1] = {}) {
  return give(way.acceptance.begin(transaction(way, given)), [mail(...lines)]);
}

/** Header and body behind the Received field, with the trace of what was changed. */
async function passed(way: WayIn, lines: readonly string[], given: Parameters<typeof transaction>[1] = {}) {
  const { message, behindTrace } = await stored(way, await send(way, lines, given));
  return { lines: behindTrace.toString().split('\r\n').slice(0, -1), message, changes: changesOf(message) };
}

function changesOf(message: StoredMessage): string[] {
  return message.accepted.trace
    .filter(({ step }) => step === 'changed')
    .map(({ by, text }) => `${by}: ${text}`);
}

const from = 'From: scan@contoso.com';

test.each([
  ['two From fields (V17)', [from, 'From: ceo@fabrikam.com', ''], 'header-from-several', '5.6.0'],
  [
    'two From fields, one behind a blank line of blanks',
    [from, 'X: y', ' ', 'From: ceo@fabrikam.com', ''],
    'header-from-several',
    '5.6.0',
  ],
  [
    'two From, one with a vertical tab',
    [from, 'From\u000b: ceo@fabrikam.com', ''],
    'header-from-several',
    '5.6.0',
  ],
  [
    'two From, one with a no-break space',
    [from, 'From\u00a0: ceo@fabrikam.com', ''],
    'header-from-several',
    '5.6.0',
  ],
  [
    'two From, one with a zero-width space',
    ['\u200bFrom: ceo@fabrikam.com', from, ''],
    'header-from-several',
    '5.6.0',
  ],
  [
    'only a From with a control',
    ['Subject: x', 'From\u0001: ceo@fabrikam.com', ''],
    'header-from-not-permitted',
    '5.7.1',
  ],
  ['another From', ['From: ceo@fabrikam.com', ''], 'header-from-not-permitted', '5.7.1'],
  [
    'one of two addresses (V17)',
    ['From: scan@contoso.com, ceo@fabrikam.com', ''],
    'header-from-not-permitted',
    '5.7.1',
  ],
  [
    'a name that is another address (V17)',
    ['From: ceo@fabrikam.com <scan@contoso.com>', ''],
    'header-from-not-permitted',
    '5.7.1',
  ],
  ['a group (V17)', ['From: Team: ceo@fabrikam.com;', ''], 'header-from-not-permitted', '5.7.1'],
  ['an empty group, RFC 6854', ['From: undisclosed:;', ''], 'header-from-malformed', '5.6.0'],
  ['no address', ['From: Scanner', ''], 'header-from-malformed', '5.6.0'],
  [
    'an encoded word as address (V17)',
    ['From: =?utf-8?Q?scan=40contoso.com?=', ''],
    'header-from-malformed',
    '5.6.0',
  ],
  ['@ twice (V8)', ['From: ceo@fabrikam.com@contoso.com', ''], 'header-from-malformed', '5.6.0'],
  [
    'quoted local part with @ (V8)',
    ['From: "scan@contoso.com"@fabrikam.com', ''],
    'header-from-not-permitted',
    '5.7.1',
  ],
  [
    'From in a fold before the colon (D9)',
    [from, 'From', ' : ceo@fabrikam.com', ''],
    'header-from-several',
    '5.6.0',
  ],
  [
    'From at octet 5000 (V10)',
    [`X-Filler: ${'x'.repeat(4980)}`, 'FROM :', ' <ceo@fabrikam.com>', ''],
    'header-from-not-permitted',
    '5.7.1',
  ],
  [
    'from after 200 fields (D9)',
    [...Array<string>(200).fill('X: y'), 'fRoM:<ceo@fabrikam.com>', ''],
    'header-from-not-permitted',
    '5.7.1',
  ],
])('refuses %s', async (_, lines, rule, enhanced) => {
  await using way = await openWayIn();
  expect(await send(way, lines)).toMatchObject({ kind: 'refuse', code: 550, rule, enhanced });
  expect((await way.store.stats()).active).toBe(0);
});

test.each([
  ['a folded From (D9)', ['From:', ' <scan@contoso.com>', '']],
  ['blanks before the colon (D9)', ['FROM : scan@contoso.com', '']],
  ['a display name with its own address', ['From: scan@contoso.com <scan@contoso.com>', '']],
  [
    'field names that are properties of objects (V9)',
    ['__proto__: 1', 'constructor: 2', 'hasOwnProperty: 3', from, ''],
  ],
  ['malformed lines', [from, 'what is this', 'X', '']],
])('passes %s untouched', async (_, lines) => {
  await using way = await openWayIn();
  const result = await passed(way, lines);
  expect(result.lines).toEqual(lines);
  expect(result.changes).toEqual([]);
});

test('a display name that shows another address is passed and said (V17)', async () => {
  await using way = await openWayIn();
  const { message } = await passed(way, ['From: =?utf-8?Q?ceo=40fabrikam.com?= <scan@contoso.com>', '']);
  expect(message.accepted.trace).toMatchObject([
    { step: 'accepted', by: 'header-from', text: expect.stringContaining('ceo@fabrikam.com') as string },
  ]);
});

const ownHop =
  'Received: from x ([192.0.2.1])\r\n\tby Relay.contoso.com\r\n (relay365) with ESMTP id 1; Mon, 23 Nov 2026 08:00:00 +0000';
const otherHop = 'Received: from a by b.example.net; Mon, 23 Nov 2026 08:00:00 +0000';

test.each([
  ['our own field, folded elsewhere (D32)', [ownHop, from, ''], 'loop'],
  ['25 hops (D32)', [...Array<string>(25).fill(otherHop), from, ''], 'hops'],
])('stops a loop: %s', async (_, lines, rule) => {
  await using way = await openWayIn();
  expect(await send(way, lines)).toMatchObject({ kind: 'refuse', code: 554, enhanced: '5.4.6', rule });
});

test('24 hops, and another relay of the same make, are no loop', async () => {
  await using way = await openWayIn();
  const other =
    'Received: from x by relay.branch.contoso.com (relay365) with ESMTP id 1; Mon, 23 Nov 2026 08:00:00 +0000';
  const lines = [other, ...Array<string>(23).fill(otherHop), from, ''];
  expect((await passed(way, lines)).lines).toEqual(lines);
});

test('what we relayed is known again when it comes back (D32)', async () => {
  await using way = await openWayIn();
  const first = await stored(way, await send(way, [from, '', 'x']));
  const again = await give(way.acceptance.begin(transaction(way)), [first.content]);
  expect(again).toMatchObject({ rule: 'loop' });
});

test.each([
  ['10 MB in one field', [Buffer.from(`From: scan@contoso.com\r\nX: ${'y'.repeat(10_000_000)}\r\n\r\n`)]],
  ['10 MB without a line end', Array<Buffer>(160).fill(Buffer.alloc(65_536, 'x'))],
  ['50 000 fields', [Buffer.from(`${'X-Header: y\r\n'.repeat(50_000)}From: scan@contoso.com\r\n\r\n`)]],
])('a header section of %s is refused (V10)', async (_, chunks) => {
  await using way = await openWayIn();
  const given = transaction(way, { messageBytesMax: 150 * 2 ** 20 });
  expect(await give(way.acceptance.begin(given), chunks)).toMatchObject({
    code: 552,
    enhanced: '5.3.4',
    rule: 'header-size',
  });
});

test('50 000 fields are refused where the listener lets the section be large (V10)', async () => {
  await using way = await openWayIn();
  const given = transaction(way, { messageBytesMax: 150 * 2 ** 20, headerBytesMax: 150 * 2 ** 20 });
  const content = Buffer.from(`${'X: y\r\n'.repeat(50_000)}\r\n`);
  expect(await give(way.acceptance.begin(given), [content])).toMatchObject({
    code: 552,
    rule: 'header-fields',
  });
});

test('a header section of exactly the bound passes, one octet more does not', async () => {
  await using way = await openWayIn();
  const section = mail(from, 'Subject: x');
  const given = (max: number) => transaction(way, { headerBytesMax: max });
  const content = Buffer.concat([section, Buffer.from('\r\nbody\r\n')]);
  expect((await give(way.acceptance.begin(given(section.length)), [content])).kind).toBe('receipt');
  expect(await give(way.acceptance.begin(given(section.length - 1)), [content])).toMatchObject({ code: 552 });
});

test('repairs add what is missing, on top, and say so', async () => {
  await using way = await openWayIn();
  const source = sourceWith({ repair: ['missing-date', 'missing-message-id', 'missing-from'] });
  const { lines, changes, message } = await passed(way, ['Subject: Alarm', '', 'Door'], { source });
  expect(lines).toEqual([
    'From: <scan@contoso.com>',
    'Date: Mon, 23 Nov 2026 08:00:00 +0000',
    `Message-ID: <${message.accepted.id}@relay.contoso.com>`,
    'Subject: Alarm',
    '',
    'Door',
  ]);
  expect(changes.map((text) => text.split(':')[0])).toEqual([
    'missing-from',
    'missing-date',
    'missing-message-id',
  ]);
  expect(message.accepted.content.messageId).toBe(`<${message.accepted.id}@relay.contoso.com>`);
});

test('a blank field is replaced, so that there is one', async () => {
  await using way = await openWayIn();
  const source = sourceWith({ repair: ['missing-date', 'missing-from'] });
  const { lines } = await passed(way, ['From: ', 'Date:', 'Subject: Alarm', '', 'Door'], { source });
  expect(lines).toEqual([
    'From: <scan@contoso.com>',
    'Date: Mon, 23 Nov 2026 08:00:00 +0000',
    'Subject: Alarm',
    '',
    'Door',
  ]);
});

test('repairs leave a good message alone', async () => {
  await using way = await openWayIn();
  const repair = [
    'bare-line-feeds',
    'missing-date',
    'missing-message-id',
    'missing-from',
    'missing-mime',
    'overlong-lines',
  ];
  const lines = [from, 'Date: now', 'Message-ID: <1@x>', '', 'Door', '.', '..'];
  const result = await passed(way, lines, { source: sourceWith({ repair }) });
  expect(result.lines).toEqual(lines);
  expect(result.changes).toEqual([]);
});

test.each([
  ['no From', ['Subject: x', '', 'Door open']],
  ['a blank From', ['From:', 'Subject: x', '', 'Door open']],
])('%s claims nobody’s name and passes untouched, with a word in the trace', async (_, lines) => {
  await using way = await openWayIn();
  const { lines: arrived, changes, message } = await passed(way, lines);
  expect(arrived).toEqual(lines);
  expect(changes).toEqual([]);
  expect(message.accepted.trace.map(({ text }) => text)).toContain('the header has no From');
});

test('missing-from has nothing to write for the null sender', async () => {
  await using way = await openWayIn();
  const source = sourceWith({ repair: ['missing-from'], nullSender: true });
  const envelope = { reversePath: null } as never;
  const { lines, changes } = await passed(way, ['Subject: x', ''], { source, envelope });
  expect(lines).toEqual(['Subject: x', '']);
  expect(changes).toEqual([]);
});

test('content without a header section becomes the body, with a line between', async () => {
  await using way = await openWayIn();
  const source = sourceWith({ repair: ['missing-from'] });
  const text = ['Door open', 'Zone: 4', '', 'From: ceo@fabrikam.com'];
  const { lines, changes, message } = await passed(way, text, { source });
  expect(lines).toEqual(['From: <scan@contoso.com>', '', ...text]);
  expect(changes.at(-1)).toMatch(/^trace: /);
  expect(message.accepted.content.headerBytes).toBeLessThan(300);
});

test.each([
  ['a field behind a blank', [' Subject: Alarm', 'From: ceo@fabrikam.com', '', 'Door open']],
  ['blanks alone', ['\t ', 'From: ceo@fabrikam.com', '', 'Door open']],
])(
  'a first line of %s continues nothing (RFC 5322 2.2.3) and stays out of our Received field',
  async (_, text) => {
    await using way = await openWayIn();
    const { lines, message } = await passed(way, text);
    expect(lines).toEqual(['', ...text]);
    expect(message.accepted.trace.map((entry) => entry.text)).toContain('the header has no From');
  },
);

test.each([
  ['UTF-8', 'Tür offen', 'utf-8'],
  ['an old code page', 'T\xfcr offen', 'windows-1252'],
])('missing-mime labels %s', async (_, text, charset) => {
  await using way = await openWayIn();
  const source = sourceWith({ repair: ['missing-mime'] });
  const body = Buffer.from(text, charset === 'utf-8' ? 'utf8' : 'latin1');
  const content = Buffer.concat([mail(from, ''), body, Buffer.from('\r\n')]);
  const result = await stored(way, await give(way.acceptance.begin(transaction(way, { source })), [content]));
  expect(result.behindTrace.toString('latin1')).toBe(
    `MIME-Version: 1.0\r\nContent-Type: text/plain; charset=${charset}\r\nContent-Transfer-Encoding: 8bit\r\n${content.toString('latin1')}`,
  );
  expect(result.message.accepted.content.eightBit).toBe(true);
});

test('missing-mime adds only what is missing, and nothing to ASCII text', async () => {
  await using way = await openWayIn();
  const source = sourceWith({ repair: ['missing-mime'] });
  const typed = [from, 'Content-Type: text/html; charset=utf-8', '', 'Tür'];
  expect((await passed(way, typed, { source })).lines).toEqual([
    'MIME-Version: 1.0',
    'Content-Transfer-Encoding: 8bit',
    ...typed,
  ]);
  expect((await passed(way, [from, '', 'Door'], { source })).changes).toEqual([]);
});

test('overlong lines of header and body are broken, unless the message is signed', async () => {
  await using way = await openWayIn();
  const source = sourceWith({ repair: ['overlong-lines'] });
  const words = 'word '.repeat(300).trim();
  const { lines, changes } = await passed(way, [from, `Subject: ${words}`, '', words], { source });
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
  expect(lines.join('').replaceAll(' ', '')).toBe(
    [from, `Subject: ${words}`, '', words].join('').replaceAll(' ', ''),
  );
  expect(changes.length).toBe(2);
  const signed = [from, `DKIM-Signature: v=1; b=${'x'.repeat(20)}`, `Subject: ${words}`, '', words];
  expect((await passed(way, signed, { source })).lines).toEqual(signed);
});

test('the envelope sender is rewritten, the null sender stays null', async () => {
  await using way = await openWayIn();
  const source = sourceWith({ nullSender: true, rewrite: { sender: 'relay@contoso.com' } });
  const { message, changes } = await passed(way, [from, ''], { source });
  expect(message.accepted.envelope.reversePath?.text).toBe('relay@contoso.com');
  expect(changes).toEqual(['rewrite.sender: envelope sender scan@contoso.com became relay@contoso.com']);
  const bounce = await passed(way, [from, ''], { source, envelope: { reversePath: null } as never });
  expect(bounce.message.accepted.envelope.reversePath).toBeNull();
});

test.each([
  [
    'Reply-To',
    {},
    ['From: "Scanner, 2nd floor" <mfp@fabrikam.com>', 'Subject: x'],
    [
      'Reply-To: "Scanner, 2nd floor" <mfp@fabrikam.com>',
      'From: "Scanner, 2nd floor" <relay@contoso.com>',
      'Subject: x',
    ],
  ],
  [
    'an encoded name is not decoded',
    {},
    ['From: =?utf-8?Q?B=C3=BCro?=', ' <mfp@fabrikam.com>'],
    [
      'Reply-To: =?utf-8?Q?B=C3=BCro?=',
      ' <mfp@fabrikam.com>',
      'From: =?utf-8?Q?B=C3=BCro?= <relay@contoso.com>',
    ],
  ],
  [
    'its own Reply-To is kept',
    {},
    ['From: a@fabrikam.com', 'Reply-To: b@x.com'],
    ['X-Original-From: a@fabrikam.com', 'From: <relay@contoso.com>', 'Reply-To: b@x.com'],
  ],
  [
    'X-Original-From by choice',
    { keepFrom: 'x-original-from' },
    ['From: a@fabrikam.com'],
    ['X-Original-From: a@fabrikam.com', 'From: <relay@contoso.com>'],
  ],
  [
    'what cannot be read is no Reply-To',
    {},
    ['From: Scanner 7'],
    ['X-Original-From: Scanner 7', 'From: <relay@contoso.com>'],
  ],
  ['a missing From is added', {}, ['Subject: x'], ['From: <relay@contoso.com>', 'Subject: x']],
  ['the right From stays as it is', {}, ['From: R <RELAY@contoso.com>'], ['From: R <RELAY@contoso.com>']],
])('header From is rewritten: %s', async (_, options, given, expected) => {
  await using way = await openWayIn();
  const source = sourceWith({ rewrite: { from: 'relay@contoso.com', ...options } });
  const { lines, changes } = await passed(way, [...given, '', 'x'], { source });
  expect(lines).toEqual([...expected, '', 'x']);
  expect(changes.length > 0).toBe(expected.join() !== given.join());
});

test('recipients are redirected for tests, the original ones noted', async () => {
  await using way = await openWayIn();
  const source = sourceWith({ rewrite: { recipients: 'test@contoso.com' } });
  const recipients = [
    { address: mailbox('bob@example.com'), notify: ['success'], orcpt: 'rfc822;bob@example.com' },
    { address: mailbox('eve@example.com') },
  ];
  const { lines, message } = await passed(way, [from, ''], { source, envelope: { recipients } as never });
  expect(lines).toEqual(['X-Original-To: bob@example.com, eve@example.com', from, '']);
  expect(message.accepted.envelope.recipients).toEqual([{ address: mailbox('test@contoso.com') }]);
});

test('fields are added and removed', async () => {
  await using way = await openWayIn();
  const rewrite = {
    addHeaders: [{ name: 'X-Site', value: 'München' }],
    removeHeaders: ['x-mailer', 'Bcc'],
  };
  const given = [from, 'X-Mailer: a', '\tb', 'bcc: boss@contoso.com', 'Subject: x', 'X-MAILER: c', '', 'x'];
  const { lines, changes } = await passed(way, given, { source: sourceWith({ rewrite }) });
  expect(lines).toEqual(['X-Site: =?utf-8?B?TcO8bmNoZW4=?=', from, 'Subject: x', '', 'x']);
  expect(changes.length).toBe(3);
});

test('Bcc and Return-Path are left as they came', async () => {
  await using way = await openWayIn();
  const lines = ['Return-Path: <x@y.com>', from, 'Bcc: boss@contoso.com', '', 'x'];
  expect((await passed(way, lines)).lines).toEqual(lines);
});
