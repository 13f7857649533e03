import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Notify } from '../message/envelope.ts';
import { ContentScanner } from '../protocol/mail/content-scan.ts';
import type { ComposedNotice, DsnAction, DsnRequest } from './compose.ts';
import { composeDsn, originalBytes } from './compose.ts';
import { contentOf, goldenCases, printed, toRequest } from './dsn.fixture.ts';

test.each(goldenCases())('$name', ({ request, expected }) => {
  expect(printed(composeDsn(request))).toBe(expected);
});

const refused = {
  kind: 'failed',
  failure: {
    scope: 'recipient',
    permanence: 'permanent',
    stage: 'rcpt',
    code: 'rejected',
    text: 'refused by mail.example.com through connector secret-route',
    status: '5.0.0',
    reply: { code: 550, enhanced: '5.1.1', lines: ['no'] },
  },
};

function requestFor(
  action: DsnAction,
  notify: readonly Notify[] | undefined,
  fields: Record<string, unknown> = {},
): DsnRequest {
  return toRequest({
    action,
    message: {
      sender: 'app@contoso.com',
      recipients: [{ address: 'bob@example.com', ...(notify && { notify }) }],
      ...fields,
    },
    reports: [{ index: 0, host: 'mail.example.com:25', state: refused }],
  });
}

// RFC 3464 2.3.6: `smtp` is for replies of SMTP alone.
test.each([
  ['SMTP', undefined, 'Diagnostic-Code: smtp; 550 '],
  ['Microsoft Graph', 'graph', 'Diagnostic-Code: X-Graph; 403 ErrorSendAsDenied: no'],
])('the diagnostic code of %s names its kind', (_, protocol, expected) => {
  const { failure } = refused;
  const reply = protocol ? { protocol, code: 403, lines: ['ErrorSendAsDenied: no'] } : failure.reply;
  const notices = composeDsn(
    toRequest({
      action: 'failed',
      message: { sender: 'app@contoso.com', recipients: [{ address: 'bob@example.com' }] },
      reports: [
        { index: 0, host: 'graph.example:443', state: { ...refused, failure: { ...failure, reply } } },
      ],
    }),
  );
  expect(printed(notices)).toContain(expected);
});

function readers(notices: readonly ComposedNotice[]): string[] {
  return notices.flatMap(({ accepted }) => accepted.envelope.recipients.map(({ address }) => address.text));
}

const owner = { owner: 'it@contoso.com' };

// RFC 3461 4.1 and 5.2; the owner is our own policy's.
test.each<[string, DsnAction, readonly Notify[] | undefined, Record<string, unknown>, string[]]>([
  ['failure without NOTIFY', 'failed', undefined, {}, ['app@contoso.com']],
  ['delay without NOTIFY', 'delayed', undefined, {}, ['app@contoso.com']],
  ['success without NOTIFY', 'relayed', undefined, {}, []],
  ['NOTIFY=FAILURE', 'failed', ['failure'], {}, ['app@contoso.com']],
  ['NOTIFY=FAILURE and a delay', 'delayed', ['failure'], {}, []],
  ['NOTIFY=DELAY', 'delayed', ['delay'], {}, ['app@contoso.com']],
  ['NOTIFY=DELAY and a failure', 'failed', ['delay'], {}, []],
  ['NOTIFY=SUCCESS', 'relayed', ['success'], {}, ['app@contoso.com']],
  ['NOTIFY=NEVER', 'failed', ['never'], {}, []],
  ['NOTIFY=NEVER with an owner', 'failed', ['never'], owner, ['it@contoso.com']],
  ['sender and owner', 'failed', undefined, owner, ['app@contoso.com', 'it@contoso.com']],
  ['a delay, sender and owner', 'delayed', undefined, owner, ['app@contoso.com', 'it@contoso.com']],
  ['success is not the owner’s concern', 'relayed', ['success'], owner, ['app@contoso.com']],
  [
    'the sender is the owner: one letter',
    'failed',
    undefined,
    { owner: 'App@contoso.com' },
    ['App@contoso.com'],
  ],
  ['null sender', 'failed', undefined, { sender: null }, []],
  ['null sender with an owner', 'failed', undefined, { sender: null, ...owner }, ['it@contoso.com']],
  ['a notice of ours: nobody (D32)', 'failed', undefined, { isNotice: true, ...owner }, []],
])('who hears: %s', (_, action, notify, fields, expected) => {
  expect(readers(composeDsn(requestFor(action, notify, fields)))).toEqual(expected);
});

test('a notice can cause no notice, and is marked for robots', () => {
  const [notice] = composeDsn(requestFor('failed', undefined));
  if (!notice) throw new Error('none');
  expect(notice.accepted).toMatchObject({
    isNotice: true,
    envelope: { reversePath: null, recipients: [{ notify: ['never'] }] },
  });
  expect(contentOf(notice)).toMatch(/^Auto-Submitted: auto-replied\r$/m);
  expect(readers(composeDsn({ ...requestFor('failed', undefined), accepted: notice.accepted }))).toEqual([]);
});

test('names of routes go to the owner only', () => {
  const [sender, toOwner] = composeDsn(requestFor('failed', undefined, owner)).map(contentOf);
  expect(sender).not.toContain('secret-route');
  expect(toOwner).toContain('secret-route');
});

test.each([
  ['xtext', 'rfc822;a+2Bb@x.com', 'rfc822; a+b@x.com'],
  ['RFC 6533 3, escaped', String.raw`utf-8;j\x{FC}rgen@x.com`, 'utf-8; jürgen@x.com'],
  ['RFC 6533 3, as it is', 'utf-8;jürgen@x.com', 'utf-8; jürgen@x.com'],
  ['no xtext', 'rfc822;a=b@x.com', undefined],
  ['no such character', String.raw`utf-8;\x{FFFFFF}@x.com`, String.raw`utf-8; \x{FFFFFF}@x.com`],
  ['a line end within', 'rfc822;a+0D+0AX-Evil:+20y', 'rfc822; a??X-Evil: y'],
])('Original-Recipient: %s', (_, orcpt, expected) => {
  const given = requestFor('failed', undefined, { recipients: [{ address: 'bob@example.com', orcpt }] });
  const text = composeDsn(given).map(contentOf).join('').replaceAll('=\r\n', '').replaceAll('=C3=BC', 'ü');
  expect(/^Original-Recipient: (.*)\r$/m.exec(text)?.[1]).toBe(expected);
});

test('facts agree with the content', () => {
  for (const { request: given } of goldenCases()) {
    for (const notice of composeDsn(given)) {
      const octets = Buffer.concat(notice.content);
      const { bytes, headerBytes, eightBit } = notice.accepted.content;
      expect(bytes).toBe(octets.length);
      expect(octets.indexOf('\r\n\r\n') + 2).toBe(headerBytes);
      const scan = new ContentScanner();
      scan.push(octets);
      scan.end();
      expect([scan.eightBit, scan.malformed, scan.longestLine <= 998]).toEqual([eightBit, false, true]);
    }
  }
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 2000 }),
  fc.string({ unit: 'grapheme', maxLength: 2000 }),
  fc.constantFrom(
    'a\r\nBcc: x@y.com',
    '\u001b[2J',
    '\u202e',
    '=?utf-8?Q?=0D=0A?=',
    '--=_01KBNOTICE1--\r\n',
    'x'.repeat(5000),
    'ü'.repeat(5000),
  ),
);

test('whatever the other side and the client said, the notice keeps its form (V14)', () => {
  fc.assert(
    fc.property(
      hostile,
      hostile,
      hostile,
      fc.uint8Array({ maxLength: 3000 }),
      (line, subject, host, original) => {
        const base = requestFor('failed', undefined, {
          ...owner,
          subject,
          messageId: line,
          source: 'printer',
        });
        const { recipients, accepted } = base;
        const given: DsnRequest = {
          ...base,
          accepted: {
            ...accepted,
            content: { ...accepted.content, bytes: original.length, headerBytes: original.length },
            envelope: {
              ...accepted.envelope,
              ret: 'full',
              envid: 'a+0D+0Ab',
              recipients: accepted.envelope.recipients.map((one) => ({ ...one, orcpt: 'rfc822;a+0D+0Ax' })),
            },
          },
          recipients: recipients.map((report) => ({
            ...report,
            host,
            state: {
              ...refused,
              failure: {
                ...refused.failure,
                text: line,
                code: line,
                reply: { code: 550, lines: [line, line] },
              },
            } as never,
          })),
          original,
        };
        for (const notice of composeDsn(given)) {
          const octets = Buffer.concat(notice.content);
          const scan = new ContentScanner();
          scan.push(octets);
          scan.end();
          expect([scan.malformed, scan.eightBit, scan.longestLine <= 998]).toEqual([false, false, true]);
          const names = [
            ...octets
              .subarray(0, notice.accepted.content.headerBytes)
              .toString()
              .matchAll(/^([!-9;-~]+):/gm),
          ].map(([, name]) => name);
          expect(names.filter((name) => name !== 'In-Reply-To' && name !== 'References')).toEqual([
            'Received',
            'From',
            'To',
            'Subject',
            'Date',
            'Message-ID',
            'Auto-Submitted',
            'MIME-Version',
            'Content-Type',
          ]);
          expect(octets.length).toBeLessThan(100_000);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('what goes back is bounded', () => {
  const base = requestFor('failed', undefined, { ret: 'full' });
  const sized = (bytes: number, headerBytes: number, eightBit = false) => ({
    ...base.accepted,
    content: { ...base.accepted.content, bytes, headerBytes, eightBit },
  });
  expect(originalBytes(sized(50_000, 500), 'failed')).toBe(50_000);
  expect(originalBytes(sized(50_000, 500), 'delayed')).toBe(500);
  expect(originalBytes(sized(50_000, 500, true), 'failed')).toBe(500);
  expect(originalBytes(sized(50_000_000, 500), 'failed')).toBe(500);
  expect(originalBytes(sized(50_000_000, 250_000), 'failed')).toBe(32 * 1024);
  const original = Buffer.from(`X-A: ${'y'.repeat(90)}\r\n`.repeat(3000));
  const [notice] = composeDsn({ ...base, accepted: sized(1e7, original.length), original });
  expect(notice?.accepted.content.bytes).toBeLessThan(40_000);
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import email'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// An independent reader: what it finds is what the other side's mail program will find.
const reader = `
import email, email.policy, json, quopri, sys
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.SMTPUTF8)
parts = list(message.iter_parts())
status = parts[1]
groups = status.get_payload() if status.get_content_type() == 'message/delivery-status' else None
print(json.dumps({
  'type': message.get_content_type(),
  'reportType': message.get_param('report-type'),
  'subject': message['subject'],
  'to': str(message['to']),
  'parts': [part.get_content_type() for part in parts],
  'text': parts[0].get_content(),
  'groups': groups and [dict(group.items()) for group in groups if len(group)],
  # It takes every message/* for a nested message, so the encoded form of RFC 6533 is decoded here.
  'status': None if groups else quopri.decodestring(status.get_payload(0).as_bytes()).decode(),
  'defects': [str(d) for p in message.walk() for d in p.defects],
}))
`;

test.skipIf(!hasPython()).each(goldenCases())('Python reads $name as it was meant', ({ request: given }) => {
  for (const notice of composeDsn(given)) {
    const output = execFileSync('python3', ['-c', reader], { input: Buffer.concat(notice.content) });
    const seen = JSON.parse(output.toString()) as Record<string, unknown> & {
      groups: Record<string, string>[] | null;
    };
    const addressed = notice.accepted.envelope.recipients.map(({ address }) => address.text);
    expect(seen).toMatchObject({
      type: 'multipart/report',
      reportType: 'delivery-status',
      subject: notice.accepted.content.subject,
      to: addressed.join(),
      defects: [],
    });
    expect(String(seen['text'])).toContain(given.accepted.id);
    const finals = seen.groups
      ? seen.groups.slice(1).map((group) => group['Final-Recipient'])
      : [...String(seen['status']).matchAll(/^Final-Recipient: (.*)$/gm)].map(([, value]) => value?.trim());
    expect(finals.length).toBeGreaterThan(0);
    for (const value of finals) expect(value).toMatch(/^(rfc822|utf-8); .+@.+/);
    if (seen.groups) for (const group of seen.groups.slice(1)) expect(group['Action']).toBe(given.action);
  }
});
