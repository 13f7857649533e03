/**
 * One request of Microsoft Graph sendMail with MIME ("user: sendMail", Microsoft Learn): text/plain, the body is the
 * base64 form of the message. Answers are untrusted and bounded.
 */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { request } from 'undici';
import type { AccessToken } from '../identity/access-token.ts';
import { unlessAborted } from '../identity/unless-aborted.ts';
import { safeText } from '../../protocol/mail/field-writer.ts';
import { base64Bytes, base64Pieces } from './graph-content.ts';

export interface SendMailRequest {
  readonly url: string;
  readonly token: AccessToken;
  readonly content: Buffer;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

export type SendMailAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** `ErrorSendAsDenied: words`, or the first words of what is no error of Graph. */
      readonly text: string;
      /** Value of Retry-After. */
      readonly retryAfter?: string;
    }
  /** No answer; `sent`: the whole message may have reached the other side. */
  | { readonly kind: 'lost'; readonly sent: boolean; readonly text: string };

/** Characters of the other side's words. */
const wordsMax = 500;

/** `ENDPOINT/v1.0/users/MAILBOX/sendMail`; whatever the mailbox holds, it is one segment of the path. */
export function sendMailUrl(endpoint: string, mailbox: string): string {
  return `${mailboxUrl(endpoint, mailbox)}/sendMail`;
}

/** Of drafts. */
export function messagesUrl(endpoint: string, mailbox: string): string {
  return `${mailboxUrl(endpoint, mailbox)}/messages`;
}

function mailboxUrl(endpoint: string, mailbox: string): string {
  return `${endpoint.replace(/\/+$/, '')}/v1.0/users/${encodeURIComponent(mailbox)}`;
}

export async function sendMail({
  url,
  token,
  content,
  dispatcher,
  signal,
}: SendMailRequest): Promise<SendMailAnswer> {
  let sent = false;
  try {
    const asked = request(url, {
      method: 'POST',
      dispatcher,
      signal,
      headers: {
        authorization: `Bearer ${token.value}`,
        'content-type': 'text/plain',
        'content-length': String(base64Bytes(content.length)),
      },
      body: Readable.from(
        base64Pieces(content, () => {
          sent = true;
        }),
      ),
    });
    const response = await unlessAborted(asked, signal);
    const { statusCode: status, headers } = response;
    // The status decides; words that cannot be read change nothing.
    const body = await response.body.text().catch(() => '');
    const retryAfter = headers['retry-after'];
    return {
      kind: 'answer',
      status,
      text: describe(body, headers['request-id']),
      ...(typeof retryAfter === 'string' && { retryAfter }),
    };
  } catch (error) {
    return { kind: 'lost', sent, text: reasonOf(error) };
  }
}

export function describe(body: string, requestId: string | string[] | undefined): string {
  const words = errorOf(body) ?? body.slice(0, wordsMax);
  const id = typeof requestId === 'string' ? ` [${requestId}]` : '';
  return safeText(`${words.replaceAll(/\s+/g, ' ').trim()}${id}`.trim(), wordsMax);
}

function errorOf(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: { code?: unknown; message?: unknown } };
    if (typeof error?.code !== 'string') return undefined;
    return typeof error.message === 'string' ? `${error.code}: ${error.message}` : error.code;
  } catch {
    return undefined;
  }
}

export function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return safeText(code === undefined || message.includes(code) ? message : `${message} (${code})`, wordsMax);
}
