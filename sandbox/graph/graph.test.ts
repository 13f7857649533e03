import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../sandbox.ts';
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
});
