/** Errors of Microsoft Graph in their JSON form ("Microsoft Graph error responses and resource types"). */
import { type HttpAnswer, json } from '../http/server.ts';

export interface GraphStamp {
  readonly now: number;
  readonly requestId: string;
  /** Of the client, echoed when it sent one. */
  readonly clientRequestId: string;
}

export function graphError(
  status: number,
  error: { readonly code: string; readonly message: string },
  stamp: GraphStamp,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const date = new Date(stamp.now).toISOString().slice(0, 19);
  return json(
    status,
    {
      error: {
        ...error,
        innerError: { date, 'request-id': stamp.requestId, 'client-request-id': stamp.clientRequestId },
      },
    },
    { ...stampHeaders(stamp), ...headers },
  );
}

export function stampHeaders(stamp: GraphStamp): Record<string, string> {
  return {
    'request-id': stamp.requestId,
    'client-request-id': stamp.clientRequestId,
    'x-ms-ags-diagnostic': '{"ServerInfo":{"DataCenter":"Sandbox","Slice":"E","Ring":"5","ScaleUnit":"001"}}',
    'Cache-Control': 'private',
  };
}

export const graphErrors = {
  emptyToken: { code: 'InvalidAuthenticationToken', message: 'Access token is empty.' },
  badToken: {
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. Invalid audience.',
  },
  malformedToken: {
    code: 'InvalidAuthenticationToken',
    message: 'IDX14100: JWT is not well formed, there are no dots (.).',
  },
  expiredToken: {
    code: 'InvalidAuthenticationToken',
    message: 'Lifetime validation failed, the token is expired.',
  },
  accessDenied: { code: 'ErrorAccessDenied', message: 'Access is denied. Check credentials and try again.' },
  sendAsDenied: {
    code: 'ErrorSendAsDenied',
    message:
      'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message.',
  },
  notRest: {
    code: 'MailboxNotEnabledForRESTAPI',
    message: 'REST API is not yet supported for this mailbox.',
  },
  badBase64: {
    code: 'ErrorMimeContentInvalidBase64String',
    message: 'Invalid base64 string for MIME content.',
  },
  badMime: { code: 'ErrorMimeContentInvalid', message: 'The MIME content is invalid.' },
  noRecipients: { code: 'ErrorInvalidRecipients', message: 'At least one recipient is not valid.' },
  tooLarge: { code: 'BadRequest', message: 'The maximum request length supported is 4MB.' },
  messageTooLarge: {
    code: 'ErrorMessageSizeExceeded',
    message: 'The message exceeds the maximum supported size.',
  },
  throttled: {
    code: 'ApplicationThrottled',
    message: 'Application is over its MailboxConcurrency limit.',
  },
  quota: {
    code: 'ErrorExceededMessageLimit',
    message:
      'Cannot send mail. Daily Message/Recipient limit exceeded. Follow the instructions in your Inbox to verify your account.',
  },
  notFound: { code: 'ErrorItemNotFound', message: 'The specified object was not found in the store.' },
  noResource: { code: 'ResourceNotFound', message: 'Resource could not be discovered.' },
  badPath: { code: 'BadRequest', message: 'Bad Request - Invalid URL' },
  badJson: {
    code: 'BadRequest',
    message:
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  },
  unavailable: { code: 'serviceNotAvailable', message: 'The service is temporarily unavailable.' },
  unsupportedType: { code: 'BadRequest', message: 'Write request does not have a supported Content-Type.' },
} as const;
