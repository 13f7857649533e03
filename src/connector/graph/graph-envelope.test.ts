/**
 * Whom a message reaches by Graph: the addresses of To, Cc and Bcc in the top header, as Exchange reads them. The reader
 * here is nodemailer's address parser, not the relay's, so that both would have to misread alike.
 */
import { describe, expect, test } from 'vitest';
import addressparser from 'nodemailer/lib/addressparser';
import { mailbox } from '../../protocol/address.ts';
import { parseHeaderSection } from '../../protocol/mail/header-section.ts';
import { splitContent } from './graph-content.ts';
import { planGraphMessage } from './graph-envelope.ts';

interface Row {
  readonly to?: string;
  readonly cc?: string;
  readonly bcc?: string;
}

const multipart = [
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'To: inner@fabrikam.com',
  'Bcc: hidden@fabrikam.com',
  '',
  'text',
  '--b--',
  '',
].join('\r\n');
const plain = ['', 'text', ''].join('\r\n');

function message({ to, cc, bcc }: Row, body: string): Buffer {
  const fields = [
    'From: scanner@contoso.com',
    ...(to === undefined ? [] : [`To: ${to}`]),
    ...(cc === undefined ? [] : [`CC: ${cc}`]),
    ...(bcc === undefined ? [] : [`Bcc: ${bcc}`]),
    'Subject: Matrix',
  ];
  return Buffer.from(`${fields.join('\r\n')}\r\n${body}`);
}

function send(content: Buffer, recipients: readonly string[], rewriteHeader = false) {
  const { header, rest } = splitContent(content);
  const parsed = parseHeaderSection(header);
  if (parsed.kind !== 'parsed') throw new Error(parsed.kind);
  const envelope = { recipients: recipients.map((text) => ({ address: mailbox(text) })) };
  const plan = planGraphMessage(envelope, parsed.header, { rewriteHeader });
  return plan.kind === 'unfit' ? plan : { kind: plan.kind, sent: Buffer.concat([...plan.header, rest]) };
}

/** What Graph takes for recipients, lower case. */
function reached(sent: Buffer): Set<string> {
  const top = sent.toString('utf8', 0, sent.indexOf('\r\n\r\n'));
  const unfolded = top.replaceAll(/\r\n[ \t]/g, ' ');
  const values = unfolded.split('\r\n').flatMap((line) => /^(?:to|cc|bcc):(.*)$/i.exec(line)?.[1] ?? []);
  const addresses = values.flatMap((value) => addressparser(value, { flatten: true }));
  return new Set(addresses.map(({ address }) => address.toLowerCase()));
}

/** What recipients see: Graph takes the Bcc field of the top header out. */
function delivered(sent: Buffer): string {
  const end = sent.indexOf('\r\n\r\n');
  const top = sent.toString('latin1', 0, end).replaceAll(/(^|\r\n)bcc:[^\r]*(?:\r\n[ \t][^\r]*)*/gi, '');
  return top + sent.toString('latin1', end);
}

const places: readonly (readonly [string, (list: string) => Row])[] = [
  ['To', (list) => ({ to: list })],
  ['Cc', (list) => ({ cc: list })],
  ['both', (list) => ({ to: list, cc: list })],
  ['none', () => ({})],
];
const forms: readonly (readonly [string, string])[] = [
  ['bare addresses', 'ann@contoso.com, bob@fabrikam.com'],
  ['display names', '"Ann, A." <ann@contoso.com>, Bob B <bob@fabrikam.com>'],
  ['encoded names', '=?utf-8?Q?Ann_=40_home?= <ann@contoso.com>, =?utf-8?B?Qm9i?= <bob@fabrikam.com>'],
  ['a group', 'Team: ann@contoso.com, Bob <bob@fabrikam.com>;'],
  ['folding', 'ann@contoso.com,\r\n\tBob\r\n <bob@fabrikam.com>'],
  ['upper case', 'ANN@CONTOSO.COM, Bob <Bob@Fabrikam.COM>'],
  ['comments', 'ann@contoso.com (Ann), Bob <bob@fabrikam.com>'],
];
const blinds: readonly (readonly string[])[] = [
  [],
  ['carl@adatum.com'],
  ['carl@adatum.com', 'dora@adatum.com'],
];
const bodies = [
  ['plain', plain],
  ['multipart', multipart],
] as const;

const matrix = places.flatMap(([place, row]) =>
  forms.flatMap(([form, list]) =>
    blinds.flatMap((blind) =>
      bodies.flatMap(([kind, body]) =>
        [undefined, 'stale@adatum.com'].map((bcc) => ({
          name: `${place}, ${form}, ${blind.length} blind, ${kind}${bcc === undefined ? '' : ', with a Bcc field'}`,
          row: { ...row(list), ...(bcc !== undefined && { bcc }) },
          blind,
          body,
        })),
      ),
    ),
  ),
);

describe('the set reached is the set of RCPT', () => {
  test.each(matrix)('$name', ({ row, blind, body }) => {
    const recipients = ['ann@contoso.com', 'bob@fabrikam.com', ...blind];
    const plan = send(message(row, body), recipients);
    if (plan.kind !== 'send') throw new Error(plan.reason);
    expect([...reached(plan.sent)].toSorted()).toEqual(recipients.toSorted());
    const seen = delivered(plan.sent);
    for (const address of ['stale@adatum.com', ...blind]) expect(seen).not.toContain(address);
    // Everything but Bcc is as it came, parts included.
    expect(seen.replace(/^\r\n/, '')).toBe(delivered(message(row, body)));
  });
});

describe('a header that names others', () => {
  const row = { to: 'Ann <ann@contoso.com>, Eve <eve@adatum.com>', cc: 'eve@adatum.com' };

  test('cannot go without being changed', () => {
    const plan = send(message(row, plain), ['ann@contoso.com']);
    expect(plan).toMatchObject({ kind: 'unfit', reason: expect.stringContaining('eve@adatum.com') });
  });

  test('is rewritten where that is allowed', () => {
    const plan = send(message(row, plain), ['ann@contoso.com', 'carl@adatum.com'], true);
    if (plan.kind !== 'send') throw new Error(plan.reason);
    expect([...reached(plan.sent)].toSorted()).toEqual(['ann@contoso.com', 'carl@adatum.com']);
    expect(plan.sent.toString()).toBe(
      'Bcc: carl@adatum.com\r\nFrom: scanner@contoso.com\r\nTo: Ann <ann@contoso.com>\r\nSubject: Matrix\r\n\r\ntext\r\n',
    );
  });

  test.each([
    ['a name that is an address', { to: 'eve@adatum.com <ann@contoso.com>' }],
    ['a list that nobody can read for sure', { to: 'ann@contoso.com <' }],
    ['a resent message', { to: 'ann@contoso.com\r\nResent-To: eve@adatum.com' }],
  ])('%s', (_, faulty) => {
    expect(send(message(faulty, plain), ['ann@contoso.com']).kind).toBe('unfit');
  });

  test('a name that is an address is dropped by a rewrite', () => {
    const plan = send(message({ to: 'eve@adatum.com <ann@contoso.com>' }, plain), ['ann@contoso.com'], true);
    if (plan.kind !== 'send') throw new Error(plan.reason);
    expect([...reached(plan.sent)]).toEqual(['ann@contoso.com']);
  });
});

test.each([
  ['no header at all', '\r\ntext\r\n', 'Bcc: ann@contoso.com\r\n\r\ntext\r\n'],
  ['no empty line', 'Subject: x\r\n', 'Bcc: ann@contoso.com\r\nSubject: x\r\n'],
])('content with %s', (_, content, expected) => {
  const plan = send(Buffer.from(content), ['ann@contoso.com']);
  expect(plan.kind === 'send' && plan.sent.toString()).toBe(expected);
});
