/** Reply texts of the submission endpoint, as recorded in public material (exchange-online reference, SMTP AUTH). */

export const submissionReplies = {
  /** {oauth-doc}: every fault of a token looks the same. */
  authFailed: '535 5.7.3 Authentication unsuccessful',
  wrongPassword: '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect',
  basicDisabled: '535 5.7.139 Authentication unsuccessful, basic authentication is disabled.',
  tenantDisabled:
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant',
  mailboxDisabled:
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox',
  securityDefaults:
    "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.",
  /** Announced in MC786329. */
  basicRetired: '550 5.7.30 Basic authentication is not supported for Client Submission.',
  starttlsRequired: '451 5.7.3 STARTTLS is required to send mail',
  notAuthenticated: '530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM',
  tlsTooOld:
    '421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2. Visit https://aka.ms/smtp_auth_tls.',
  connections: '432 4.3.2 Concurrent connections limit exceeded.',
  threads: '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded',
  quota: '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException',
  sendAsEnvelope: '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
  tooManyRecipients: '452 4.5.3 Too many recipients',
  tooLarge:
    '554 5.2.0 STOREDRV.Submission.Exception:MessageSubmissionExceededException.MapiExceptionMaxSubmissionExceeded',
  /** The mailbox's own quota: it keeps a copy of what it sends. */
  mailboxFull:
    '554 5.2.2 STOREDRV.Submission.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded; Failed to process message due to a permanent exception with message.',
  /** Not published: only the block that repetition brings is ({cont-error}). */
  noLicence: '550 5.2.0 STOREDRV.Submission; the mailbox has no valid license',
  severalFrom: '550 5.1.20 Multiple From addresses are not allowed without Sender address',
} as const;

export function sendAsDenied(mailbox: string, from: string): string {
  const clean = (text: string): string => text.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 254);
  return `554 5.2.252 SendAsDenied; ${clean(mailbox)} not allowed to send as ${clean(from)}`;
}

/** "SMTP AUTH client submission: continuous errors are throttled" ({cont-error}). */
export const blockReplies = {
  'mailbox-full': '550 5.2.251 Sender throttled due to continuous mailbox full errors.',
  'send-as': '550 5.2.252 Sender throttled due to continuous send as denied errors.',
  licence: '550 5.2.253 Sender throttled due to continuous invalid license errors.',
  recipients: '550 5.2.254 Sender throttled due to continuous too many recipients errors.',
  'invalid-recipient': '550 5.2.255 Sender throttled due to continuous invalid recipients errors.',
} as const;

export type BlockKind = keyof typeof blockReplies;
