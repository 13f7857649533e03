/** `POST /users/{mailbox}/sendMail` with JSON, and the reading of JSON bodies. */
import type { HttpAnswer, HttpRequest } from '../http/server.ts';
import { composeJson, withAttachments } from './compose.ts';
import type { GraphCall, GraphContext } from './context.ts';
import { deliver } from './deliver.ts';
import { graphError, graphErrors } from './errors.ts';

export async function sendJson(context: GraphContext, call: GraphCall): Promise<HttpAnswer> {
  const value = parseBody(call.request);
  if (value === undefined) return graphError(400, graphErrors.badJson, call.stamp);
  const id = context.nextUuid();
  const composed = composeJson(value['message'], {
    mailbox: call.entry.mailbox.address,
    id,
    now: context.clock.now(),
  });
  if (!composed.ok) return graphError(400, composed, call.stamp);
  const content = withAttachments(composed.content, composed.attachments, id);
  return deliver(context, call, { content, kind: 'json' });
}

export function parseBody(request: HttpRequest): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
