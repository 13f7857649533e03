/**
 * What people pasted into public threads: with time stamps, host names, stack traces, cut off, in several languages of
 * programs. Addresses of persons are replaced by examples.
 */
import { identityLines } from './public-lines-identity.fixture.ts';

export interface PublicLine {
  /** On GitHub: owner/repository#number. */
  readonly thread: string;
  readonly text: string;
  /** Of the catalogue. */
  readonly id: string;
}

const storeDriver =
  'STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message due to a permanent exception with message';

export const publicLines: readonly PublicLine[] = [
  {
    thread: 'simonrob/email-oauth2-proxy#193',
    text: '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [MN2PR05CA0004.namprd05.prod.outlook.com 2023-09-12T20:59:57.214Z 08DBB276B7E699C4]',
    id: 'smtpauth-off-tenant',
  },
  {
    thread: 'nodemailer/nodemailer#1484',
    text: `[2022-11-16 11:57:21] DEBUG [cDYfWw5rFKQ] S: 334 UGFzc3dvcmQ6
[2022-11-16 11:57:21] DEBUG [cDYfWw5rFKQ] C: Lyogc2VjcmV0ICov
[2022-11-16 11:57:26] DEBUG [lHr1v5x3A] S: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [TY1PR01CA0183.jpnprd01.prod.outlook.com]
[2022-11-16 11:57:26] INFO  [lHr1v5x3A] User "myuser@mydomain" failed to authenticate`,
    id: 'smtpauth-off-tenant',
  },
  {
    thread: 'MicrosoftDocs/OfficeDocs-Exchange#3124',
    text: 'The SMTP server requires a secure connection or the client was not authenticated. The server response was: 5.7.57 Client not authenticated to send mail. Error: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.',
    id: 'smtpauth-off-tenant',
  },
  {
    thread: 'rpremraj/mailR#107',
    text: `DEBUG SMTP: AUTH LOGIN failed
javax.mail.AuthenticationFailedException: 535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [BM1P287CA0015.INDP287.PROD.OUTLOOK.COM]

\tat java.mail/com.sun.mail.smtp.SMTPTransport$Authenticator.authenticate(SMTPTransport.java:965)`,
    id: 'basic-disabled',
  },
  {
    thread: 'nodemailer/nodemailer#1714',
    text: "response: '535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [PN0PR01CA0024.INDPRD01.PROD.OUTLOOK.COM 2025-01-26T18:54:30.055Z 08DD3DD7D75D7743]',",
    id: 'basic-disabled',
  },
  {
    thread: 'jstedfast/MailKit#700',
    text: `MailKit.Security.AuthenticationException: AuthenticationInvalidCredentials: 5.7.3 Authentication unsuccessful [BN3PR03CA0067.namprd03.prod.outlook.com]
   at MailKit.Net.Smtp.SmtpClient.<AuthenticateAsync>d__64.MoveNext()
--- End of stack trace from previous location where exception was thrown ---`,
    id: 'auth-generic-573',
  },
  {
    thread: 'mageplaza/magento-2-smtp#108',
    text: '5.7.3 Authentication unsuccessful [DB6P18901CA0015.EURP189.PROD.OUTLOOK.COM]',
    id: 'auth-generic-573',
  },
  {
    thread: 'jstedfast/MailKit#1532',
    text: 'MailKit.Net.Smtp.SmtpCommandException: 5.7.3 Authentication unsuccessful\nStackTrace: MailKit.Net.Smtp.SmtpClient.AuthenticateAsync(Encoding encoding, ICredentials credentials, CancellationToken cancellationToken)',
    id: 'auth-generic-573',
  },
  {
    thread: 'renevanosnabrugge/SendEmail-BuildTask#49',
    text: '"The SMTP server requires a secure connection or the client was not authenticated. The server response was: 5.7.57 Client not authenticated to send mail. Error: 535 5.7.3 Authentication unsuccessful."',
    id: 'auth-generic-573',
  },
  {
    thread: 'renevanosnabrugge/SendEmail-BuildTask#49',
    text: '##[error]The SMTP server requires a secure connection or the client was not authenticated. The server response was: 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM',
    id: 'not-authenticated-5757',
  },
  {
    thread: 'simonrob/email-oauth2-proxy#315',
    text: 'SMTP< 530 5.7.57 Client not authenticated to send mail',
    id: 'not-authenticated-5757',
  },
  {
    thread: 'tarickb/sasl-xoauth2#96',
    text: `Oct 24 09:08:11 PostfixDev01.office.local postfix/smtp[69929]: > smtp.office365.com[IP.255.232.194]:587: DATA
Oct 24 09:08:15 PostfixDev01.office.local postfix/smtp[69929]: vstream_buf_get_ready: fd 18 got 134
Oct 24 09:08:15 PostfixDev01.office.local postfix/smtp[69929]: < smtp.office365.com[IP.255.232.194]:587: 530 5.7.57 Client not authenticated to send mail. [US22278CA0034.US7P278.PROD.OUTLOOK.COM 2024-10-24`,
    id: 'not-authenticated-5757',
  },
  {
    thread: 'mageplaza/magento-2-smtp#268',
    text: '[2020-09-29 19:30:20] main.CRITICAL: 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM [AM0PR10CA0081.EURPRD10.PROD.OUTLOOK.COM]\n {"exception":"[object] (Magento\\\\Framework\\\\Exception\\\\MailException(code: 0)',
    id: 'not-authenticated-5757',
  },
  {
    thread: 'MicrosoftDocs/OfficeDocs-Support#1187',
    text: `554 5.2.0 ${storeDriver} Cannot submit message.`,
    id: 'sendas-denied-storedrv',
  },
  {
    thread: 'gophish/gophish#2900',
    text: `554 5.2.252 SendAsDenied; someone@example.com not allowed to send as security@example.org; ${storeDriver} [BeginDiagnosticData]Cannot submit message. 0.35250:1F009983, 1.36674:0A000000, 1.61250:00000000, 1.45378:02000000, 1.44866:3C7C0000`,
    id: 'sendas-denied-52252',
  },
  {
    thread: 'rss2email/rss2email#147',
    text: `smtplib.SMTPDataError: (554, b'5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied;
Failed to process message due to a permanent exception with message Cannot submit message. 0.35250:7D060000,
1.36674:0A000000, 1.61250:00000000, 1.45378:02000000, 1.44866:49020000, 1.36674:0E000000, 1.61250:00000000,`,
    id: 'sendas-denied-storedrv',
  },
  {
    thread: 'aschroder/Magento-SMTP-Pro-Email-Extension#262',
    text: `2019-04-04T10:00:03+00:00 ERR (3): \nexception 'Zend_Mail_Protocol_Exception' with message '5.2.0 ${storeDriver} Cannot submit message. 16.55847:C81C0000, 17.43559:0000000094000000000000000000000000000000`,
    id: 'sendas-denied-storedrv',
  },
  {
    thread: 'EvotecIT/PSPasswordExpiryNotifications#3',
    text: `Error: Exception calling "Send" with "1" argument(s): "Transaction failed. The server response was: 5.2.0 ${storeDriver} Cannot submit message.`,
    id: 'sendas-denied-storedrv',
  },
  {
    thread: 'zammad/zammad-admin-documentation#85',
    text: `554 5.2.0 ${storeDriver} Cannot submit message. 0.35250:0A002085, 1.36674:0A000000, 5.33852:00000000534D545000010480, 7.36354:01000000000001091A010480, 4`,
    id: 'sendas-denied-storedrv',
  },
  {
    thread: 'gophish/gophish#1600',
    text: 'I have this error message: 550 5.7.60 SMTP; Client does not have permissions to send as this sender. How can I resolve this problem?',
    id: 'sendas-5760',
  },
  {
    thread: 'MicrosoftDocs/microsoft-365-docs#666',
    text: 'Diagnostic-Code: smtp;550 5.7.606 Access denied, banned sending IP [xxxx]. To request removal from this list please visit https://sender.office.com/ and follow the directions. For more information please go to http://go.microsoft.com/fwlink/?LinkID=526655 (AS16012609) [xxxxxEop-nam06.prod.protection.outlook.com]',
    id: 'banned-ip-606',
  },
  {
    thread: 'dougperkes/Visual-Graph-Explorer#1',
    text: "Remote Server returned '550 5.7.501 Access denied, spam abuse detected. For more information please go to http://go.microsoft.com/fwlink/?LinkId=526653'",
    id: 'banned-account-501-503',
  },
  {
    thread: 'ictinnovations/ictfax#76',
    text: '[2022-10-24 09:36:02] [3025] [ERROR] Expected response code 250 but got code "550", with message "550 5.7.64 TenantAttribution; Relay Access Denied [ME3AUS01FT005.eop-AUS01.prod.protection.outlook.com]',
    id: 'attribution-relay-denied',
  },
  {
    thread: 'ictinnovations/ictfax#76',
    text: '[2022-10-24 07:03:06] [2190] [ERROR] Expected response code 250 but got code "451", with message "451 5.7.3 STARTTLS is required to send mail [SYXPR01CA0082.ausprd01.prod.outlook.com]',
    id: 'starttls-required',
  },
  {
    thread: 'zone-eu/zone-mta#214',
    text: '550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [PR2FRA01FT009.eop-fra01.prod.protection.outlook.com]',
    id: 'dbeb-recipient-rejected',
  },
  {
    thread: 'sabuhish/fastapi-mail#75',
    text: "aiosmtplib.errors.SMTPDataError: (432, '4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information. [Hostname=OS0PR01MB6099.jpnprd01.prod.outlook.com]')",
    id: 'concurrent-connections',
  },
  {
    thread: 'nodemailer/nodemailer#1613',
    text: 'Error: Message failed: 432 4.3.2 Concurrent connections limit exceeded.',
    id: 'concurrent-connections',
  },
  {
    thread: 'haraka/Haraka#2321',
    text: '4.4.1 Connection timed out. Total session duration: 00:20:55.2872355',
    id: 'session-timeout-441',
  },
  {
    thread: 'MicrosoftDocs/OfficeDocs-Support#1150',
    text: '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException',
    id: 'submission-quota',
  },
  {
    thread: 'catatnight/docker-postfix#12',
    text: '454 4.7.0 Failed to establish appropriate TLS channel: Access Denied (in reply to RCPT TO command))',
    id: 'tls-channel-denied',
  },
  {
    thread: 'jstedfast/MailKit#1126',
    text: 'All 3 are of course able to connect successfully, but only IMAP and POP3 are able to authenticate. SMTP simply gives:\nC: AUTH XOAUTH2 ********\nS: 535 5.7.3 Authentication unsuccessful',
    id: 'auth-generic-573',
  },
  {
    thread: 'jstedfast/MailKit#1712',
    text: `Error: MailKit.Security.AuthenticationException: 535: 5.7.3 Authentication unsuccessful [AM0PR06CA0126.eurprd06.prod.outlook.com 2024-02-14T14:50:26.590Z 08DC2D372B4C3DED]
at MailKit.Net.Smtp.SmtpClient.AuthenticateAsync(SaslMechanism mechanism, CancellationToken cancellationToken) in AsyncSmtpClient.cs:line 254`,
    id: 'auth-generic-573',
  },
  {
    thread: 'tarickb/sasl-xoauth2#43',
    text: 'Sep 28 13:03:50 relay postfix/smtp[17059]: 9BDCBA19EA: SASL authentication failed; server smtp.office365.com[40.99.150.50] said: 535 5.7.3 Authentication unsuccessful [FR3P281CA0094.DEUP281.PROD.OUTLOOK.COM]',
    id: 'auth-generic-573',
  },
  {
    thread: 'HChaoHui/msOauth2api#3',
    text: 'Invalid login: 535 5.7.3 Authentication unsuccessful 发送邮件失败',
    id: 'auth-generic-573',
  },
  {
    thread: 'jstedfast/MailKit#1176',
    text: `MailKit.Net.Smtp.SmtpCommandException
  HResult=0x80131500
  Message=5.2.0 ${storeDriver} Cannot submit message. 0.35250:D8360000, 1.36674:0A000000, 1.61250:00000000`,
    id: 'sendas-denied-storedrv',
  },
  {
    thread: 'Notifuse/notifuse#250',
    text: 'sending an email fails with `554 error: 554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException` unless the mailbox used for authentication also has SendAs permission',
    id: 'sendas-denied-storedrv',
  },
  {
    thread: 'FusionAuth/fusionauth-issues#220',
    text: `Error occurs. \n\n554 5.2.0 ${storeDriver} Cannot submit message. 0.35250:0A007C85, 1.36674:0A000000, 1.61250:00000000, 1.45378:02000000, 1.44866:531F0000`,
    id: 'sendas-denied-storedrv',
  },
  {
    thread: 'jstedfast/MimeKit#647',
    text: 'Sending email with MailKit: 5.7.60 SMTP; Client does not have permissions to send as this sender',
    id: 'sendas-5760',
  },
  {
    thread: 'Ombi-app/Ombi#4093',
    text: `fail: Ombi.Notifications.GenericEmailProvider[0]
      Exception when attempting to send email
      MailKit.Net.Smtp.SmtpCommandException: 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded. Visit aka.ms/concurrent_sending for more info. [Hostname=DS7PR10MB4862.namprd10.prod.outlook.com]
         at MailKit.Net.Smtp.SmtpClient.DataAsync(FormatOptions options, MimeMessage message, Int64 size`,
    id: 'sender-thread-limit',
  },
  {
    thread: 'MicrosoftDocs/OfficeDocs-Exchange#2651',
    text: '### 5.7.64 TenantAttribution; Relay Access Denied or 4.4.62 Mail sent to the wrong Office 365 region',
    id: 'attribution-relay-denied',
  },
  {
    thread: 'MicrosoftDocs/OfficeDocs-Exchange#1745',
    text: 'Error 5.7.708 - access denied',
    id: 'traffic-not-accepted-708',
  },
  {
    thread: 'MicrosoftDocs/OfficeDocs-Exchange#1230',
    text: '|5.7.513|`Service unavailable, Client host [$ConnectingIP] blocked by $recipientDomain using Customer Block list (AS16012607)`|',
    id: 'customer-blocklist-513',
  },
  {
    thread: 'sabuhish/fastapi-mail#205',
    text: "SMTPHeloError(response.code, response.message)\naiosmtplib.errors.SMTPHeloError: (501, '5.5.4 Invalid domain name [AS4P189CA0060.EURP189.PROD.OUTLOOK.COM 2023-10-24T06:56:46.567Z 08DBD2CBA8497480]')",
    id: 'ehlo-name',
  },
  ...identityLines,
];

/** Written for the tests after the form of such texts: what mail programs and panels make of a reply in other languages. */
export const foreignLines: readonly { readonly text: string; readonly id: string }[] = [
  {
    text: 'Der Remoteserver hat "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup" zurückgegeben.',
    id: 'recipient-not-found-5110',
  },
  {
    text: "Le serveur distant a renvoyé '550 5.7.64 TenantAttribution; Relay Access Denied [VE1EUR01FT012.eop-EUR01.prod.protection.outlook.com]'",
    id: 'attribution-relay-denied',
  },
  {
    text: '送信できませんでした。サーバーの応答: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smt',
    id: 'smtpauth-off-tenant',
  },
  { text: 'Ошибка отправки: 5.7.57 Client not authenticated to send mail', id: 'not-authenticated-5757' },
  { text: 'Fehler 0x80CCC0B (535 5.7.3 Authentication unsuccessful [FR0P281CA0', id: 'auth-generic-573' },
  {
    text: '> > #550 5.4.1 Recipient address rejected: Access denied. AS(2018\n> > 06281) [PR2FRA01FT009.eop-fra01.prod.pro',
    id: 'dbeb-recipient-rejected',
  },
  { text: 'La remise a échoué. AADSTS7000222: The provided client secret keys f', id: 'aad-secret-expired' },
];
