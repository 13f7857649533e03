/** RFC 3462 and RFC 3464 say what a report looks like; the part for people is as Exchange Online writes it. */
import { describe, expect, it } from 'vitest';
import type { SetupTenant } from '../microsoft365/setup-input.ts';
import { looksLikeMail, readBounce } from './bounce.ts';
import { explainText } from './explain-text.ts';

const report = (parts: { readonly people?: string; readonly status?: string; readonly returned?: string }) =>
  [
    'From: postmaster@contoso.com',
    'To: scanner@contoso.com',
    'Subject: =?utf-8?B?VW56dXN0ZWxsYmFyOiBTY2Fu?=',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    '\tboundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain; charset="utf-8"',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    parts.people ?? 'Ihre Nachricht konnte nicht zugestellt werden.',
    '--b1',
    'Content-Type: message/delivery-status',
    '',
    parts.status ?? 'Reporting-MTA: dns;relay.example',
    '',
    '--b1',
    parts.returned ?? 'Content-Type: text/plain\r\n\r\n',
    '--b1--',
    '',
  ].join('\r\n');

const status = `Reporting-MTA: dns;AM0PR01MB0001.eurprd01.prod.exchangelabs.com
Received-From-MTA: dns;relay.contoso.com
Arrival-Date: Mon, 2 Nov 2026 08:00:00 +0000

Final-Recipient: rfc822;nobody@contoso.com
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by
 SMTP address lookup

Original-Recipient: rfc822;other@contoso.com
Final-Recipient: rfc822;other@contoso.com
Action: delayed
Status: 4.4.7`.replaceAll('\n', '\r\n');

const returned = `Content-Type: message/rfc822

Received: from printer ([192.0.2.7]) by relay.contoso.com
Message-ID: <scan-4711@printer.contoso.com>
Subject: Scan
From: scanner@contoso.com

body that is not shown`.replaceAll('\n', '\r\n');

describe('a returned message', () => {
  it('is read field by field', async () => {
    const mail = report({ status, returned });
    expect(looksLikeMail(mail)).toBe(true);
    expect(await readBounce(mail)).toMatchObject({
      reportingMta: 'AM0PR01MB0001.eurprd01.prod.exchangelabs.com',
      messageId: '<scan-4711@printer.contoso.com>',
      subject: 'Scan',
      sender: 'scanner@contoso.com',
      recipients: [
        {
          recipient: 'nobody@contoso.com',
          action: 'failed',
          status: '5.1.10',
          diagnostic: '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
        },
        { recipient: 'other@contoso.com', action: 'delayed', status: '4.4.7' },
      ],
    });
  });

  it('in another language is explained by what its fields say', async () => {
    const found = await explainText(report({ status, returned }));
    expect(found).toMatchObject({
      id: 'recipient-not-found-5110',
      side: 'recipient',
      bounce: { messageId: '<scan-4711@printer.contoso.com>' },
    });
    expect(JSON.stringify(found)).not.toContain('body that is not shown');
  });

  it('is explained by the text for administrators where its fields say less', async () => {
    const people = [
      'Your message couldn=E2=80=99t be delivered.',
      '',
      'Diagnostic information for administrators:',
      'Generating server: AM0PR01MB0001.eurprd01.prod.exchangelabs.com',
      'someone@fabrikam.com',
      "Remote server returned '550 5.7.64 TenantAttribution; Relay Access Denied [AM5EUR03=",
      "FT001.eop-EUR03.prod.protection.outlook.com]'",
    ].join('\r\n');
    const found = await explainText(
      report({ people, status: 'Reporting-MTA: dns;x\r\n\r\nAction: failed\r\nStatus: 5.0.0' }),
    );
    expect(found?.id).toBe('attribution-relay-denied');
  });

  it('that only is HTML is read as well', async () => {
    const mail =
      'From: postmaster@contoso.com\r\nContent-Type: text/html\r\n\r\n<p><b>Diagnostic information for administrators:</b></p><p>someone@fabrikam.com<br>Remote Server returned &#39;550 5.7.501 Service unavailable. Spam abuse detected&#39;</p>';
    expect((await explainText(mail))?.id).toBe('banned-account-501-503');
  });

  it('of a broken shape does no harm', async () => {
    for (const mail of [
      report({}),
      report({ status: ':\r\n:::\r\n\r\n\r\n\r\n__proto__: x' }),
      report({ status }).slice(0, 300),
      'Content-Type: multipart/report\r\nFrom: \r\n\r\n',
    ]) {
      await expect(explainText(mail)).resolves.toBeUndefined();
    }
  });
});

const tenant: SetupTenant = {
  domain: 'contoso.com',
  acceptedDomains: ['contoso.com'],
  cloud: 'worldwide',
  routes: [
    { kind: 'connector-certificate', connector: 'mx', names: ['relay.contoso.com'] },
    {
      kind: 'submission',
      connector: 'submit',
      mailbox: "o'neil@contoso.com",
      application: { clientId: '11111111-2222-3333-4444-555555555555', kind: 'secret' },
    },
  ],
  senders: [],
};

describe('values of the tenant', () => {
  const linesOf = async (text: string) =>
    ((await explainText(text, { tenants: [tenant] }))?.lines ?? []).flatMap(({ lines }) => lines);

  it('name the mailbox, quoted', async () => {
    expect(
      await linesOf(
        '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
      ),
    ).toContain("Set-CASMailbox -Identity 'o''neil@contoso.com' -SmtpClientAuthenticationDisabled $false");
  });

  it('name the sender that the text complains of', async () => {
    expect(
      await linesOf(
        "554 5.2.252 SendAsDenied; o'neil@contoso.com not allowed to send as Scanner@contoso.com; STOREDRV.Submission.Exception:SendAsDeniedException",
      ),
    ).toContain(
      "Add-RecipientPermission -Identity 'scanner@contoso.com' -Trustee 'o''neil@contoso.com' -AccessRights SendAs -Confirm:$false",
    );
  });

  it('name the certificate', async () => {
    const lines = await linesOf('550 5.7.64 TenantAttribution; Relay Access Denied');
    expect(lines.join('\n')).toContain("-TlsSenderCertificateName 'relay.contoso.com'");
  });

  it('name the application', async () => {
    const lines = await linesOf('AADSTS7000215: Invalid client secret provided.');
    expect(lines.join('\n')).toContain("'appId eq ''11111111-2222-3333-4444-555555555555'''");
  });

  it('take from the text only addresses of the tenant', async () => {
    const lines = await linesOf(
      "554 5.2.252 SendAsDenied; o'neil@contoso.com not allowed to send as $(calc)@evil.example; STOREDRV.Submission.Exception:SendAsDeniedException",
    );
    expect(lines.join('\n')).not.toContain('evil');
  });
});
