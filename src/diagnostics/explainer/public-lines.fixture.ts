/**
 * What people pasted into public threads: with time stamps, host names, stack traces, cut off, in several languages of
 * programs. Addresses of persons are replaced by examples.
 */
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
    thread: 'nextcloud/mail#11211',
    text: 'Client error: `POST https://login.microsoftonline.com/common/oauth2/v2.0/token` resulted in a `401 Unauthorized` response: {"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret being se (truncated...)',
    id: 'aad-bad-secret',
  },
  {
    thread: 'RogerSelwyn/O365-HomeAssistant#126',
    text: "2023-03-13 18:26:58.410 ERROR (SyncWorker_4) [O365.connection] Unable to fetch auth token. Error: (invalid_client) AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
    id: 'aad-bad-secret',
  },
  {
    thread: 'hevelius/files_external_onedrive#34',
    text: String.raw`"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret is provided.\r\nTrace ID: 5e9c1cf5-0d66-47fd-9c9a-06c50c780e00\r\nCorrelation ID: 8d12e711-b9bb-4175-a6a8-2f768530fdde\r\nTimestamp: 2020-05-02 10:43:02Z", "error_codes": [7000215],`,
    id: 'aad-bad-secret',
  },
  {
    thread: 'microsoft/o365-moodle#1752',
    text: 'Error in rocredsrequest request Data: (string)Error in OpenID Connect: AADSTS7000222: The provided client secret keys are expired. Visit the Azure Portal to create new keys for your app, or consider using certificate credentials for added security: https://docs.micro',
    id: 'aad-secret-expired',
  },
  {
    thread: 'freescout-help-desk/freescout#5550',
    text: '"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app....',
    id: 'aad-bad-secret',
  },
  {
    thread: 'microsoftgraph/msgraph-sdk-php#1499',
    text: 'Client error: `POST https://graph.microsoft.com/v1.0/users/[EMAIL_ADDRESS]/sendMail` resulted in a `403 Forbidden` response:\n{"error":{"code":"ErrorSendAsDenied","message":"The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message."}}',
    id: 'graph-sendas-denied',
  },
  {
    thread: 'motze92/office365-mail#39',
    text: 'local.INFO: follow-up-mail-exception :Client error: `POST https://graph.microsoft.com/v1.0/users/no-response@example.com/messages/AAMkAGQ5/attachments` resulted in a `400 Bad Request` response:\n{"error":{"code":"ErrorMessageSizeExceeded","message":"The message exceeds the maximum supported size., Cannot save changes made to an item to store."}}',
    id: 'graph-size',
  },
  {
    thread: 'microsoftgraph/microsoft-graph-docs#15579',
    text: "{'error': {'code': 'ErrorMessageSizeExceeded', 'message': 'The message exceeds the maximum supported size.'}}",
    id: 'graph-size',
  },
  {
    thread: 'iyear/E5SubBot#39',
    text: '您的帐户 xx 在执行时出现了错误\n您可以选择解绑该用户\n错误: {"code":"MailboxNotEnabledForRESTAPI","message":"The mailbox is either inactive, soft-deleted, or is hosted on-premise.","innerError":{"date":"2023-01-05T03:01:23","request-id":"xxx","client-request-id":"xxx"}}',
    id: 'graph-mailbox-not-rest',
  },
  {
    thread: 'simonrob/email-oauth2-proxy#221',
    text: "Request Id: 7d01d65f-bee2-4e7b-abb7-3d7b8245ec02\nCorrelation Id: 98cf4703-9ef8-480a-8e70-4cca2be4cfda\nTimestamp: 2024-01-10T16:49:32Z\nMessage: AADSTS700016: Application with identifier 'someone' was not found in the directory 'xxxx'. This can happen if the application has not been installed by the administrator of the tenant",
    id: 'aad-app-missing',
  },
  {
    thread: '12Knocksinna/Office365itpros#23',
    text: String.raw`Invoke-WebRequest : {"error":"unauthorized_client","error_description":"AADSTS700016: 
Application with identifier '60198040-e87c-4cb9-9e52-ce651d859704' was not found in the 
directory 'My Tenant ID'. This can happen if the application has not 
been installed by the administrator of the tenant\r\nTrace ID: ef74e440-ce52-4830-8c9a-5d5a42013f00"`,
    id: 'aad-app-missing',
  },
  {
    thread: 'kartverket/skyline#78',
    text: "WARN msg=could not send email trace-id=d36a930a-fd95-11ee-afb8-0242ac120002 error=[MS Graph API] Access is denied. Check credentials and try again. (code=ErrorAccessDenied, message='Access is denied. Check credentials and try again.')",
    id: 'graph-access-denied',
  },
  {
    thread: 'microsoftgraph/microsoft-graph-docs#10880',
    text: '{"error":{"code":"ErrorAccessDenied","message":"Access is denied. Check credentials and try again."}}',
    id: 'graph-access-denied',
  },
  {
    thread: 'catatnight/docker-postfix#12',
    text: '454 4.7.0 Failed to establish appropriate TLS channel: Access Denied (in reply to RCPT TO command))',
    id: 'tls-channel-denied',
  },
  {
    thread: 'magodo/terraform-provider-outlook#21',
    text: `Plan: 25 to add, 0 to change, 0 to destroy.
╷
│ Error: 429 : {"error":{"code":"ApplicationThrottled","message":"Application is over its MailboxConcurrency limit."}}
│
│   with outlook_mail_folder.folder,`,
    id: 'graph-mailbox-concurrency',
  },
  {
    thread: 'alcionai/corso#3695',
    text: String.raw`2023-06-27T20:49:12.273+0300	ERROR	operations/helpers.go:74	running backup: recoverable error 199 of 204: fetching item: error status code received from the API: Application is over its MailboxConcurrency limit.	{"resource_owner_name": "158ebc967daa8c11", odataerror_code:ApplicationThrottled, odataerror_message:Application is over its MailboxConcurrency limit.`,
    id: 'graph-mailbox-concurrency',
  },
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
