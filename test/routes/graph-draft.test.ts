/** Messages above the size of one request, as drafts with uploaded attachments, against the stand-in. */
import { createHash } from 'node:crypto';
import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { defaultTenant } from '../../sandbox/tenant/defaults.ts';
import type { Connector } from '../../src/connector/connector.ts';
import { testDelivery } from '../../src/connector/testing/delivery.ts';
import { attempt, failureOf, oauth, route, sandboxFor } from './sandbox-route.ts';

function graph(sandbox: Sandbox, change: Record<string, unknown> = {}): Connector {
  const common = { type: 'graph', mailbox: sandbox.submission.mailbox, endpoint: sandbox.graph.url };
  const credential = oauth(sandbox);
  return route(
    sandbox,
    { route: { ...common, credential, largeMessages: 'draft', ...change } },
    { credential: { secret: sandbox.identity.secret } },
  );
}

/** Octets that differ everywhere, so that a chunk in the wrong place is noticed. */
function octets(bytes: number): Buffer {
  const block = createHash('sha256').update('test value').digest();
  const made = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 32) {
    block.writeUInt32BE(at, 0);
    block.copy(made, at);
  }
  return made;
}

const header = [
  'From: relay@contoso.com',
  'To: ann@fabrikam.com',
  'Subject: A scan',
  'Message-ID: <scan@contoso.com>',
  'X-Scanner: third floor',
  'MIME-Version: 1.0',
];

interface File {
  readonly name: string;
  readonly content: Buffer;
  readonly encoding?: string;
}

function mixed(files: readonly File[]): Buffer {
  const parts = files.map(({ name, content, encoding = 'base64' }) =>
    [
      '--limit',
      `Content-Type: application/pdf; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      `Content-Transfer-Encoding: ${encoding}`,
      '',
      encoding === 'base64'
        ? content.toString('base64').replaceAll(/.{76}/g, '$&\r\n')
        : content.toString('latin1'),
    ].join('\r\n'),
  );
  const body = ['--limit', 'Content-Type: text/plain; charset=utf-8', '', 'Grüße', ...parts, '--limit--', ''];
  return Buffer.from([...header, 'Content-Type: multipart/mixed; boundary=limit', '', ...body].join('\r\n'));
}

function arrived(sandbox: Sandbox): Promise<Awaited<ReturnType<typeof PostalMime.parse>>> {
  expect(sandbox.messages()).toHaveLength(1);
  return PostalMime.parse(sandbox.messages()[0]?.content ?? '');
}

const reached = (sandbox: Sandbox): string[] =>
  sandbox.messages().flatMap(({ recipients }) => recipients.map(({ address }) => address));

test.each([
  ['one that is uploaded in pieces', [8_000_001]],
  ['one of exactly two pieces', [2 * 3_276_800]],
  ['one that goes in a single request', [2_000_000]],
  ['several', [4_000_000, 1_500_000, 20, 3_000_000]],
])('attachments arrive octet for octet: %s', async (_, sizes) => {
  const sandbox = await sandboxFor();
  const files = sizes.map((size, index) => ({ name: `scan-${index}.pdf`, content: octets(size) }));
  const [outcome] = await attempt(graph(sandbox), { content: mixed(files) });
  expect(outcome).toMatchObject({ kind: 'relayed', reply: { code: 202 } });
  const message = await arrived(sandbox);
  const got = message.attachments
    .map(({ filename, content }) => ({ filename, content: Buffer.from(content as ArrayBuffer) }))
    .toSorted((a, b) => (a.filename ?? '').localeCompare(b.filename ?? ''));
  expect(got.map(({ filename }) => filename)).toEqual(files.map(({ name }) => name));
  expect(got.every(({ content }, index) => content.equals(files[index]?.content ?? Buffer.of()))).toBe(true);
  expect(message.text?.trim()).toBe('Grüße');
  expect(message.subject).toBe('A scan');
  expect(message.messageId).toBe('<scan@contoso.com>');
  expect(message.headers.find(({ key }) => key === 'x-scanner')?.value).toBe('third floor');
});

test('the trace says that the message was rebuilt', async () => {
  const sandbox = await sandboxFor();
  const content = mixed([{ name: 'a.pdf', content: octets(4_000_000) }]);
  const [outcome] = await attempt(graph(sandbox), { content });
  expect(outcome?.kind === 'relayed' && outcome.reply.lines.join(' ')).toContain('rebuilt');
});

test('the envelope is exact: blind recipients are reached, and no Bcc that came along', async () => {
  const sandbox = await sandboxFor();
  const content = Buffer.from(
    mixed([{ name: 'a.pdf', content: octets(4_000_000) }])
      .toString('latin1')
      .replace('Subject:', 'Bcc: stale@adatum.com\r\nSubject:'),
    'latin1',
  );
  const to = ['ann@fabrikam.com', 'carl@adatum.com', 'dora@adatum.com'];
  expect((await attempt(graph(sandbox), { to, content })).map(({ kind }) => kind)).toEqual(
    Array(3).fill('relayed'),
  );
  expect(reached(sandbox).toSorted()).toEqual(to);
  expect(sandbox.messages()[0]?.content.toString('latin1')).not.toMatch(/^bcc:/im);
});

test('a message that is one attachment', async () => {
  const sandbox = await sandboxFor();
  const file = octets(4_000_000);
  const lines = ['Content-Type: application/pdf; name=scan.pdf', 'Content-Transfer-Encoding: base64', ''];
  const encoded = file.toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  const content = Buffer.from([...header, ...lines, encoded, ''].join('\r\n'));
  expect(await attempt(graph(sandbox), { content })).toMatchObject([{ kind: 'relayed' }]);
  const { attachments, subject } = await arrived(sandbox);
  expect(subject).toBe('A scan');
  expect(attachments.map(({ filename }) => filename)).toEqual(['scan.pdf']);
  expect(Buffer.from(attachments[0]?.content as ArrayBuffer).equals(file)).toBe(true);
});

test('quoted-printable and unencoded attachments', async () => {
  const sandbox = await sandboxFor();
  const line = `${'a'.repeat(70)}=3D\r\n`;
  const quoted = Buffer.from(line.repeat(40_000));
  const plain = Buffer.from(`${'b'.repeat(70)}\r\n`.repeat(40_000));
  const content = mixed([
    { name: 'a.txt', content: quoted, encoding: 'quoted-printable' },
    { name: 'b.txt', content: plain, encoding: '7bit' },
  ]);
  expect(await attempt(graph(sandbox), { content })).toMatchObject([{ kind: 'relayed' }]);
  const { attachments } = await arrived(sandbox);
  const byName = new Map(attachments.map((one) => [one.filename, Buffer.from(one.content as ArrayBuffer)]));
  expect(byName.get('a.txt')?.equals(Buffer.from(`${'a'.repeat(70)}=\r\n`.repeat(40_000)))).toBe(true);
  expect(byName.get('b.txt')?.equals(plain)).toBe(true);
});

describe('goes to the fallback, and nothing is sent', () => {
  const large = Buffer.from(`${'x'.repeat(70)}\r\n`.repeat(40_000));
  const typed = (type: string, body: Buffer): Buffer =>
    Buffer.concat([Buffer.from([...header, `Content-Type: ${type}`, '', ''].join('\r\n')), body]);

  test.each([
    [
      'signed',
      typed('multipart/signed; boundary=b', Buffer.concat([Buffer.from('--b\r\n\r\n'), large])),
      'signed',
    ],
    ['encrypted', typed('application/pkcs7-mime; name=smime.p7m', large), 'encrypted'],
    ['text that is too long', typed('text/plain', large), 'without its attachments'],
    ['a structure without boundary', typed('multipart/mixed', large), 'structure'],
    [
      'an encoding that nobody knows',
      mixed([{ name: 'a.uu', content: large, encoding: 'x-uuencode' }]),
      'x-uuencode',
    ],
  ])('%s', async (_, content, words) => {
    const sandbox = await sandboxFor();
    const failure = await failureOf(graph(sandbox), { content });
    expect(failure).toMatchObject({ scope: 'message', permanence: 'permanent', otherRoute: true });
    expect(failure.text).toContain(words);
    expect(sandbox.messages()).toEqual([]);
  });

  test('above draftBytes, and by default', async () => {
    const sandbox = await sandboxFor();
    const content = mixed([{ name: 'a.pdf', content: octets(4_000_000) }]);
    for (const change of [{ draftBytes: 3_000_000 }, { largeMessages: 'fallback' }]) {
      const failure = await failureOf(graph(sandbox, change), { content });
      expect(failure).toMatchObject({ code: 'message-too-large', otherRoute: true });
    }
  });

  test('a header that names others', async () => {
    const sandbox = await sandboxFor();
    const content = mixed([{ name: 'a.pdf', content: octets(4_000_000) }]);
    const failure = await failureOf(graph(sandbox), { to: ['bob@fabrikam.com'], content });
    expect(failure).toMatchObject({ code: 'graph-envelope', otherRoute: true });
  });
});

test('without Mail.ReadWrite large messages wait or go elsewhere, and small ones go on', async () => {
  const tenant = defaultTenant([]);
  const [application] = tenant.applications ?? [];
  if (!application) throw new Error('no application');
  const roles = { 'https://graph.microsoft.com': ['Mail.Send'] };
  const sandbox = await sandboxFor({ tenants: [{ ...tenant, applications: [{ ...application, roles }] }] });
  const connector = graph(sandbox);
  const failure = await failureOf(connector, { content: mixed([{ name: 'a', content: octets(4_000_000) }]) });
  expect(failure).toMatchObject({
    code: 'token-role',
    scope: 'message',
    permanence: 'transient',
    otherRoute: true,
  });
  expect(failure.text).toContain('Mail.ReadWrite');
  expect(await attempt(connector)).toMatchObject([{ kind: 'relayed' }]);
});

test('the mailbox allows less: the draft is refused as too large', async () => {
  const tenant = defaultTenant([]);
  const mailboxes = tenant.mailboxes?.map((one) => ({ ...one, sendBytesMax: 3_000_000 }));
  const sandbox = await sandboxFor({ tenants: [{ ...tenant, ...(mailboxes && { mailboxes }) }] });
  const content = mixed([{ name: 'a.pdf', content: octets(4_000_000) }]);
  const failure = await failureOf(graph(sandbox), { content });
  expect(failure).toMatchObject({ permanence: 'permanent', otherRoute: true, reply: { code: 413 } });
  expect(sandbox.messages()).toEqual([]);
});

test('no answer to the sending leaves it in doubt', async () => {
  const sandbox = await sandboxFor();
  const to = 'drop-after-dot@contoso.com';
  const content = Buffer.from(
    mixed([{ name: 'a.pdf', content: octets(4_000_000) }])
      .toString('latin1')
      .replace('ann@fabrikam.com', to),
    'latin1',
  );
  expect(await attempt(graph(sandbox), { to: [to], content })).toMatchObject([{ kind: 'in-doubt' }]);
});

test('several at a time', async () => {
  const sandbox = await sandboxFor();
  const content = mixed([{ name: 'a.pdf', content: octets(4_000_000) }]);
  const connector = graph(sandbox);
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => attempt(connector, { content })));
  expect(outcomes.flat().map(({ kind }) => kind)).toEqual(Array(4).fill('relayed'));
});

test('who waits for its turn ends at once when it is called off, and the next one goes', async () => {
  const sandbox = await sandboxFor();
  sandbox.switches.set({ graphDelayMs: 300 });
  const content = mixed([{ name: 'a.pdf', content: octets(4_000_000) }]);
  const connector = graph(sandbox);
  const stop = new AbortController();
  const delivery = () => testDelivery({ content, from: 'relay@contoso.com', to: ['ann@fabrikam.com'] });
  const order: string[] = [];
  const run = async (name: string, signal: AbortSignal): Promise<string | undefined> => {
    const { recipients } = await connector.attempt(delivery(), signal);
    order.push(name);
    return recipients[0]?.kind;
  };
  const first = run('first', AbortSignal.timeout(60_000));
  const second = run('second', stop.signal);
  const third = run('third', AbortSignal.timeout(60_000));
  stop.abort();
  expect(await Promise.all([first, second, third])).toEqual(['relayed', 'not-tried', 'relayed']);
  expect(order).toEqual(['second', 'first', 'third']);
});
