import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../sandbox.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { accessToken, running } from '../testing/running.ts';

const mime = (to: string): string =>
  `From: relay@contoso.com\r\nTo: Somebody <${to}>\r\nBcc: hidden@contoso.com\r\nSubject: x\r\n\r\nhello\r\n`;

async function sendMail(
  sandbox: Sandbox,
  given: { body: string | Buffer; type?: string; mailbox?: string; token?: string; path?: string },
): Promise<Response> {
  const token = given.token ?? (await accessToken(sandbox, 'graph.microsoft.com'));
  const mailbox = given.mailbox ?? 'relay%40contoso.com';
  return fetch(`${sandbox.graph.httpUrl}/v1.0/users/${mailbox}/${given.path ?? 'sendMail'}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': given.type ?? 'text/plain' },
    body: new Uint8Array(Buffer.from(given.body)),
  });
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('sendMail with MIME', () => {
  it('takes recipients from the header and lets no Bcc arrive', async () => {
    const sandbox = await running();
    const response = await sendMail(sandbox, { body: base64(mime('finance@fabrikam.example')) });
    expect(response.status).toBe(202);
    expect(await response.text()).toBe('');
    expect(response.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const [arrival] = sandbox.messages();
    expect(arrival).toMatchObject({
      route: 'graph',
      from: 'relay@contoso.com',
      recipients: [{ address: 'finance@fabrikam.example' }, { address: 'hidden@contoso.com' }],
    });
    expect(arrival?.content.toString()).toBe(
      'From: relay@contoso.com\r\nTo: Somebody <finance@fabrikam.example>\r\nSubject: x\r\n\r\nhello\r\n',
    );
  });

  it('looks at the top header alone', async () => {
    const sandbox = await running();
    const inner = 'From: relay@contoso.com\r\nTo: a@fabrikam.example\r\n\r\nBcc: b@fabrikam.example\r\n';
    expect((await sendMail(sandbox, { body: base64(inner) })).status).toBe(202);
    expect(sandbox.messages()[0]?.recipients.map(({ address }) => address)).toEqual(['a@fabrikam.example']);
    expect(sandbox.messages()[0]?.content.toString()).toBe(inner);
  });

  it.each([
    ['bad base64', { body: 'not base64!' }, 400, 'ErrorMimeContentInvalidBase64String'],
    ['no recipient', { body: base64('From: relay@contoso.com\r\n\r\nx') }, 400, 'ErrorInvalidRecipients'],
    [
      'a foreign sender',
      { body: base64('From: boss@contoso.com\r\nTo: a@b.example\r\n\r\n') },
      403,
      'ErrorSendAsDenied',
    ],
    ['an unknown mailbox', { body: '', mailbox: 'nobody@contoso.com' }, 404, 'ErrorInvalidUser'],
    ['a broken escape in the path', { body: '', mailbox: 'relay%4gcontoso.com' }, 400, 'BadRequest'],
    ['bytes that are no UTF-8 in the path', { body: '', mailbox: '%ff@contoso.com' }, 400, 'BadRequest'],
    ['no token', { body: '', token: '' }, 401, 'InvalidAuthenticationToken'],
    ['a request above 4 MB', { body: 'A'.repeat(4 * 2 ** 20 + 4) }, 413, 'BadRequest'],
    ['another resource', { body: '', path: 'forward' }, 404, 'ResourceNotFound'],
    [
      'a recorded error',
      { body: base64(mime('graph-mailbox-not-rest@a.example')) },
      404,
      'MailboxNotEnabledForRESTAPI',
    ],
  ])('refuses %s', async (_why, given, status, code) => {
    const sandbox = await running();
    const response = await sendMail(sandbox, given);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: { code, innerError: { 'request-id': expect.any(String) } },
    });
    expect(sandbox.messages()).toHaveLength(0);
  });

  it('refuses a token for another resource, and one whose consent is withdrawn', async () => {
    const sandbox = await running();
    const foreign = await sendMail(sandbox, { body: '', token: await accessToken(sandbox) });
    expect(foreign.status).toBe(401);
    sandbox.switches.set({ consentWithdrawnFor: [sandbox.identity.clientId] });
    expect((await sendMail(sandbox, { body: base64(mime('a@b.example')) })).status).toBe(403);
  });

  it('has four at a time for a mailbox, and says when to come again', async () => {
    const clock = new ManualClock(Date.parse('2026-11-23T12:00:00Z'));
    const sandbox = await running({ clock });
    const token = await accessToken(sandbox, 'graph.microsoft.com');
    sandbox.switches.set({ graphDelayMs: 1000 });
    const given = { body: base64(mime('a@b.example')), token };
    const first = Array.from({ length: 5 }, () => sendMail(sandbox, given));
    const refused = await Promise.race(first);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('10');
    expect(await refused.json()).toMatchObject({ error: { code: 'ApplicationThrottled' } });
    clock.advance(1000);
    expect((await Promise.all(first)).filter(({ status }) => status === 202)).toHaveLength(4);
    sandbox.switches.set({ graphFault: 429, graphRetryAfterForm: 'date' });
    expect((await sendMail(sandbox, given)).headers.get('retry-after')).toBe('Mon, 23 Nov 2026 12:00:11 GMT');
  });

  it('can have the defect of answering 200 above 2,240 KB and sending nothing', async () => {
    const sandbox = await running();
    const body = base64(`${mime('a@b.example')}${'x'.repeat(2_240 * 1024)}`);
    expect((await sendMail(sandbox, { body })).status).toBe(202);
    sandbox.switches.set({ graphOversizeNotSent: true });
    expect((await sendMail(sandbox, { body })).status).toBe(200);
    expect(sandbox.messages()).toHaveLength(1);
  });

  it('shows faults by address as Graph would', async () => {
    const clock = new ManualClock(Date.now());
    const sandbox = await running({ clock });
    const status = async (to: string): Promise<number> =>
      (await sendMail(sandbox, { body: base64(mime(to)) })).status;
    expect(await status('tempfail@a.example')).toBe(503);
    expect(await status('permfail@a.example')).toBe(400);
    const busy = await sendMail(sandbox, { body: base64(mime('throttle-30s@a.example')) });
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '30']);
    clock.advance(30_000);
    expect(await status('throttle-30s@a.example')).toBe(202);
    await expect(status('drop-after-dot@a.example')).rejects.toThrow();
    expect(sandbox.messages().map(({ acknowledged }) => acknowledged)).toEqual([true, false]);
  });
});

describe('JSON and drafts', () => {
  const recipients = [{ emailAddress: { address: 'a@fabrikam.example' } }];
  const message = {
    subject: 'by JSON',
    body: { contentType: 'Text', content: 'grün' },
    toRecipients: recipients,
    internetMessageHeaders: [{ name: 'x-relay', value: '1' }],
  };

  it('sends a JSON message', async () => {
    const sandbox = await running();
    const type = 'application/json';
    expect((await sendMail(sandbox, { body: JSON.stringify({ message }), type })).status).toBe(202);
    expect(sandbox.messages()[0]?.content.toString()).toMatch(
      /^From: <relay@contoso\.com>\r\n(?:.*\r\n)*x-relay: 1\r\n/,
    );
    const custom = { ...message, internetMessageHeaders: [{ name: 'Received', value: 'x' }] };
    const refused = await sendMail(sandbox, { body: JSON.stringify({ message: custom }), type });
    expect(await refused.json()).toMatchObject({ error: { code: 'InvalidInternetMessageHeader' } });
    expect((await sendMail(sandbox, { body: '{', type })).status).toBe(400);
  });

  it('sends a draft with an attachment that was uploaded in chunks', async () => {
    const sandbox = await running();
    const type = 'application/json';
    const created = await sendMail(sandbox, { body: JSON.stringify(message), type, path: 'messages' });
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    const octets = Buffer.alloc(5 * 2 ** 20, 'a');
    const item = { AttachmentItem: { attachmentType: 'file', name: 'big.bin', size: octets.length } };
    const path = `messages/${id}/attachments/createUploadSession`;
    const session = await sendMail(sandbox, { body: JSON.stringify(item), type, path });
    const { uploadUrl } = (await session.json()) as { uploadUrl: string };
    const put = (from: number, to: number): Promise<Response> =>
      fetch(uploadUrl, {
        method: 'PUT',
        headers: { 'Content-Range': `bytes ${from}-${to - 1}/${octets.length}` },
        body: new Uint8Array(octets.subarray(from, to)),
      });
    const half = 3 * 2 ** 20;
    expect((await put(half, octets.length)).status).toBe(416);
    const more = await put(0, half);
    expect(await more.json()).toMatchObject({ nextExpectedRanges: [`${half}-`] });
    expect((await put(half, octets.length)).status).toBe(201);
    expect((await sendMail(sandbox, { body: '', type, path: `messages/${id}/send` })).status).toBe(202);
    const content = sandbox.messages()[0]?.content.toString() ?? '';
    const sent = /filename="big\.bin"\r\n.*\r\n\r\n([A-Za-z0-9+/=\r\n]+)\r\n--/.exec(content)?.[1] ?? '';
    expect(Buffer.from(sent, 'base64').equals(octets)).toBe(true);
    expect((await sendMail(sandbox, { body: '', type, path: `messages/${id}/send` })).status).toBe(404);
  });
});
