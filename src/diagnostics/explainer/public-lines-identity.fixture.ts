/** Of the token endpoint and of Graph, as people pasted them into public threads; persons are replaced by examples. */
import type { PublicLine } from './public-lines.fixture.ts';

export const identityLines: readonly PublicLine[] = [
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
  {
    thread: 'microsoftgraph/msgraph-sdk-powershell#1554',
    text: 'Send-MgUserMail : The server responded with a Request Error, Status: RequestEntityTooLarge',
    id: 'graph-too-large',
  },
];
