/** One request of Graph that is not sendMail: its answer as status, words and JSON. Answers are untrusted and bounded. */
import type { Dispatcher } from 'undici';
import { request } from 'undici';
import { unlessAborted } from '../identity/unless-aborted.ts';
import { describe, reasonOf } from './send-mail.ts';

export interface GraphCall {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  /** Absent: the URL is its own authorisation (upload sessions). */
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

export type GraphAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly text: string;
      readonly retryAfter?: string;
      /** Fields of a JSON object; empty where the answer is none. */
      readonly fields: ReadonlyMap<string, unknown>;
    }
  | { readonly kind: 'lost'; readonly sent: boolean; readonly text: string };

export async function callGraph(call: GraphCall): Promise<GraphAnswer> {
  const { method, url, bearer, headers = {}, body, dispatcher, signal } = call;
  try {
    const asked = request(url, {
      method,
      dispatcher,
      signal,
      headers: { ...headers, ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) },
      ...(body !== undefined && { body }),
    });
    const response = await unlessAborted(asked, signal);
    const text = await response.body.text().catch(() => '');
    const { 'retry-after': retryAfter, 'request-id': requestId } = response.headers;
    return {
      kind: 'answer',
      status: response.statusCode,
      text: describe(text, requestId),
      fields: fieldsOf(text),
      ...(typeof retryAfter === 'string' && { retryAfter }),
    };
  } catch (error) {
    // Nobody can tell how much of it has left this machine, but for a connection that was never made.
    return { kind: 'lost', sent: !isUnconnected(error), text: reasonOf(error) };
  }
}

function isUnconnected(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code);
}

function fieldsOf(text: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
}
