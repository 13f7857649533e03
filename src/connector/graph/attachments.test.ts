import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHeaderSection } from '../../protocol/mail/header-section.ts';
import { attachmentContent, attachmentFacts } from './attachment-content.ts';
import type { Attachment } from './attachments.ts';
import { chooseAttachments } from './attachments.ts';
import { splitContent } from './graph-content.ts';
import { withoutAttachments } from './rebuild.ts';

const lines = (...text: string[]): Buffer => Buffer.from(text.join('\r\n'));

async function taken(content: Buffer, restBytesMax = 0): Promise<readonly Attachment[]> {
  const extraction = await chooseAttachments(content, restBytesMax);
  return extraction.kind === 'taken' ? extraction.attachments : [];
}

function rebuilt(content: Buffer, attachments: readonly Attachment[]): string {
  const { header } = splitContent(content);
  return withoutAttachments(content, header.length, [header], attachments).toString();
}

const mixed = lines(
  'Subject: x',
  'Content-Type: multipart/mixed; boundary="a b"',
  '',
  '--a b',
  'Content-Type: text/plain',
  '',
  'Read this',
  '--a b',
  'Content-Type: application/pdf; name=one.pdf',
  '',
  'one'.repeat(50),
  '--a b',
  'Content-Type: application/pdf; name=two.pdf',
  '',
  'two'.repeat(40),
  '--a b--',
  '',
);

test('the largest first, and only as many as needed', async () => {
  const names = async (rest: number) =>
    Promise.all((await taken(mixed, rest)).map(async (one) => (await attachmentFacts(one)).name));
  expect(await names(mixed.length)).toEqual([]);
  expect(await names(mixed.length - 1)).toEqual(['one.pdf']);
  expect(await names(200)).toEqual(['one.pdf', 'two.pdf']);
});

test('what is left is the message without them, octet for octet', async () => {
  const attachments = await taken(mixed, 200);
  expect(rebuilt(mixed, attachments)).toBe(
    lines(
      'Subject: x',
      'Content-Type: multipart/mixed; boundary="a b"',
      '',
      '--a b',
      'Content-Type: text/plain',
      '',
      'Read this',
      '--a b--',
      '',
    ).toString(),
  );
});

test('a multipart that loses all its parts keeps an empty one (RFC 2046 5.1.1)', async () => {
  const part = ['--b', 'Content-Type: image/tiff', '', 'x'.repeat(500)];
  const content = lines('Content-Type: multipart/mixed; boundary=b', '', ...part, ...part, '--b--', '');
  const text = rebuilt(content, await taken(content, 200));
  expect(text.match(/^--b\r$/gm)).toHaveLength(1);
  expect(text).toContain('--b\r\nContent-Type: text/plain\r\n\r\n');
});

test.each([
  ['an image that the text shows', 'multipart/related', 'Content-Type: image/png; name=a.png'],
  ['another form of the text', 'multipart/alternative', 'Content-Type: text/html'],
  ['text without a name', 'multipart/mixed', 'Content-Type: text/plain'],
])('%s stays', async (_, type, field) => {
  const content = lines(
    `Content-Type: ${type}; boundary=b`,
    '',
    '--b',
    field,
    '',
    'x'.repeat(900),
    '--b--',
    '',
  );
  expect(await chooseAttachments(content, 500)).toMatchObject({ kind: 'unfit' });
});

// RFC 2045 6.7 and 6.8, RFC 2231, RFC 2047.
test.each([
  ['Content-Transfer-Encoding: base64', 'R3L8\r\nw59l\r\n', 'Gr\xfc\xc3\x9fe'],
  ['Content-Transfer-Encoding: base64', 'R3L8w5 9l==', 'Gr\xfc\xc3\x9fe'],
  ['Content-Transfer-Encoding: quoted-printable', 'a=\r\nb=3Dc  \r\nd=FC', 'ab=c\r\nd\xfc'],
  ['Content-Transfer-Encoding: BINARY', 'a=3D', 'a=3D'],
  ['X-None: given', 'a\r\nb', 'a\r\nb'],
])('%s: %j', async (field, body, expected) => {
  const content = lines('Content-Type: application/pdf', field, '', body);
  const [attachment] = await taken(content);
  if (!attachment) throw new Error('not taken');
  expect((await attachmentContent(content, attachment))?.toString('latin1')).toBe(expected);
});

test.each([
  ["filename*=utf-8''%e2%82%ac.pdf", '€.pdf'],
  ['filename="=?utf-8?q?=E2=82=AC.pdf?="', '€.pdf'],
  ['filename="../../etc/passwd"', '.._.._etc_passwd'],
  ['filename="a\\"b\r\n c"', 'a_b c'],
  ['filename=""', 'attachment'],
])('named %s', async (parameter, expected) => {
  const content = lines(
    'Content-Type: application/pdf',
    `Content-Disposition: attachment; ${parameter}`,
    '',
    'x',
  );
  const [attachment] = await taken(content);
  expect(attachment && (await attachmentFacts(attachment)).name).toBe(expected);
});

test('no content makes it throw, and nothing of it is lost or doubled', async () => {
  const piece = fc.constantFrom(
    'Content-Type: multipart/mixed; boundary=b',
    'Content-Type: multipart/mixed; boundary=c',
    'Content-Type: application/pdf; name="a"',
    'Content-Disposition: attachment; filename*0*=x',
    'Content-Transfer-Encoding: base64',
    '--b',
    '--c',
    '--b--',
    '--c--',
    '',
    'YWJj',
    ' folded',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
      const content = lines(...pieces);
      const attachments = await taken(content, content.length / 2);
      const out = attachments.reduce((sum, { from, to }) => sum + to - from, 0);
      for (const one of attachments) {
        expect(one.bodyFrom).toBeGreaterThanOrEqual(one.from);
        expect(one.bodyTo).toBeGreaterThanOrEqual(one.bodyFrom);
        await attachmentFacts(one);
        await attachmentContent(content, one);
      }
      const rest = rebuilt(content, attachments);
      expect(parseHeaderSection(Buffer.from(rest)).kind).toBe('parsed');
      if (attachments.length > 0 && attachments[0]?.part.index !== 0) {
        const added = attachments.filter(({ leavesNothing }) => leavesNothing).length;
        expect(rest.length).toBeGreaterThanOrEqual(content.length - out);
        expect(rest.length).toBeLessThanOrEqual(content.length - out + added * 80);
      }
    }),
    { numRuns: 500 },
  );
});
