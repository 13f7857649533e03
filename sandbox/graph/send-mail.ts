/** `POST /users/{mailbox}/sendMail`: MIME in base64 as text/plain, or JSON (graph-docs, user-sendmail). */
import type { HttpAnswer } from '../http/server.ts';
import type { GraphCall, GraphContext } from './context.ts';
import { deliver } from './deliver.ts';
import { mediaType, readMime } from './mime-body.ts';
import { sendJson } from './send-json.ts';
import { graphError, graphErrors } from './errors.ts';

export async function sendMail(context: GraphContext, call: GraphCall): Promise<HttpAnswer> {
  const type = mediaType(call);
  if (type === 'text/plain') {
    const content = readMime(call.request.body);
    if (content === undefined) return graphError(400, graphErrors.badBase64, call.stamp);
    if (!hasHeader(content)) return graphError(400, graphErrors.badMime, call.stamp);
    return deliver(context, call, { content, kind: 'mime' });
  }
  if (type === 'application/json') return sendJson(context, call);
  return graphError(415, graphErrors.unsupportedType, call.stamp);
}

function hasHeader(content: Buffer): boolean {
  return /^[\x21-\x39\x3b-\x7e]+[ \t]*:/.test(content.toString('latin1', 0, 1000));
}
