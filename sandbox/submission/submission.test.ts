import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { accessToken, running } from '../testing/running.ts';

describe('nodemailer', () => {
  it('submits with XOAUTH2 and a token of the identity endpoint', async () => {
    const sandbox = await running();
    const { host, port, name, mailbox } = sandbox.submission;
    const transport = createTransport({
      host,
      port,
      requireTLS: true,
      name: 'relay.contoso.com',
      tls: { ca: sandbox.caPem, servername: name },
      auth: { type: 'OAuth2', user: mailbox, accessToken: await accessToken(sandbox) },
    });
    const info = await transport.sendMail({
      from: mailbox,
      to: 'finance@fabrikam.example',
      subject: 'by token',
      text: 'hello',
    });
    expect(info.response).toMatch(/^250 2\.6\.0 /);
    expect(sandbox.messages()[0]).toMatchObject({
      route: 'submission',
      login: mailbox,
      tenant: sandbox.identity.tenantId,
    });
  });
});
