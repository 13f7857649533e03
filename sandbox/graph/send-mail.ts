/** `POST /users/{mailbox}/sendMail`: MIME in base64 as text/plain, or JSON (graph-docs, user-sendmail). */
import type { HttpAnswer } from '../http/server.ts';
import type { GraphCall, GraphContext } from './context.ts';
import { deliver } from './deliver.ts';
import { graphError, graphErrors } from './errors.ts';

export async function sendMail(context: GraphContext, call: GraphCall): Promise<HttpAnswer> {
  const type = mediaType(call);
  if (type === 'text/plain') {
    const content = readMime(call.request.body);
    if (content === undefined) return graphError(400, graphErrors.badBase64, call.stamp);
    if (!hasHeader(content)) return graphError(400, graphErrors.badMime, call.stamp);
    return deliver(context, call, { content, kind: 'mime' });
  }
  return graphError(415, graphErrors.unsupportedType, call.stamp);
}

export function mediaType({ request }: GraphCall): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** RFC 4648 4; line breaks are let pass, anything else is not base64. */
export function readMime(body: Buffer): Buffer | undefined {
  const text = body.toString('latin1').replaceAll(/[\r\n]/g, '');
  if (text.length === 0 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

function hasHeader(content: Buffer): boolean {
  return /^[\x21-\x39\x3b-\x7e]+[ \t]*:/.test(content.toString('latin1', 0, 1000));
}
