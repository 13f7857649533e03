/**
 * Drafts and large attachments: `/messages`, `/attachments`, an upload session and `/send` (graph-docs,
 * outlook-large-attachments). Attachments up to 3 MB go in one request; from 3 to 150 MB by session, in chunks up to 4 MB.
 */
import { type HttpAnswer, type HttpRequest, json } from '../http/server.ts';
import { composeJson, fileName, mediaTypeOf, readAttachment, withAttachments } from './compose.ts';
import type { GraphCall, GraphContext } from './context.ts';
import { deliver } from './deliver.ts';
import type { Draft } from './drafts.ts';
import { graphError, graphErrors, stampHeaders } from './errors.ts';
import { headerAddresses } from '../mail/header.ts';
import { parseBody } from './send-json.ts';
import { mediaType, readMime } from './mime-body.ts';

const uploadBytesMax = 150 * 2 ** 20;
/** "Attach large files to Outlook messages": a session lives for hours; the exact time is in its answer. */
const sessionMs = 3 * 3_600_000;

export function createDraft(context: GraphContext, call: GraphCall): HttpAnswer {
  const id = context.nextUuid();
  const mailbox = call.entry.mailbox.address.toLowerCase();
  if (mediaType(call) === 'text/plain') {
    const content = readMime(call.request.body);
    if (content === undefined) return graphError(400, graphErrors.badBase64, call.stamp);
    context.drafts.add({ id, mailbox, content, attachments: [] });
    return json(201, draftView(id, content), stampHeaders(call.stamp));
  }
  const value = parseBody(call.request);
  if (value === undefined) return graphError(400, graphErrors.badJson, call.stamp);
  const composed = composeJson(value, { mailbox, id, now: context.clock.now() });
  if (!composed.ok) return graphError(400, composed, call.stamp);
  context.drafts.add({ id, mailbox, content: composed.content, attachments: [...composed.attachments] });
  return json(201, draftView(id, composed.content), stampHeaders(call.stamp));
}

/** The part of the `message` resource that says to whom it will go. */
function draftView(id: string, content: Buffer): Readonly<Record<string, unknown>> {
  const recipients = (name: string): unknown[] =>
    headerAddresses(content, name).map((address) => ({ emailAddress: { name: address, address } }));
  return {
    id,
    isDraft: true,
    toRecipients: recipients('to'),
    ccRecipients: recipients('cc'),
    bccRecipients: recipients('bcc'),
  };
}

export function removeDraft(context: GraphContext, call: GraphCall, ids: readonly string[]): HttpAnswer {
  const draft = draftOf(context, call, ids);
  if (draft === undefined) return graphError(404, graphErrors.notFound, call.stamp);
  context.drafts.remove(draft.id);
  return { kind: 'answer', status: 204, headers: stampHeaders(call.stamp) };
}

export function addAttachment(context: GraphContext, call: GraphCall, ids: readonly string[]): HttpAnswer {
  const draft = draftOf(context, call, ids);
  if (draft === undefined) return graphError(404, graphErrors.notFound, call.stamp);
  const value = parseBody(call.request);
  if (value === undefined) return graphError(400, graphErrors.badJson, call.stamp);
  const attachment = readAttachment(value, context.nextUuid());
  if (attachment === undefined) return graphError(400, graphErrors.badJson, call.stamp);
  draft.attachments.push(attachment);
  const { id, name, contentType, content } = attachment;
  return json(201, { id, name, contentType, size: content.length }, stampHeaders(call.stamp));
}

export function createUploadSession(
  context: GraphContext,
  call: GraphCall,
  ids: readonly string[],
): HttpAnswer {
  const draft = draftOf(context, call, ids);
  if (draft === undefined) return graphError(404, graphErrors.notFound, call.stamp);
  const item = parseBody(call.request)?.['AttachmentItem'];
  if (typeof item !== 'object' || item === null) return graphError(400, graphErrors.badJson, call.stamp);
  const { name, size, contentType } = item as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || typeof size !== 'number' || size < 1)
    return graphError(400, graphErrors.badJson, call.stamp);
  if (size > uploadBytesMax) return graphError(413, graphErrors.messageTooLarge, call.stamp);
  const id = context.nextUuid();
  const expiresAt = context.clock.now() + sessionMs;
  context.drafts.addSession({
    id,
    draft,
    name: fileName(name),
    contentType: mediaTypeOf(contentType),
    size,
    chunks: [],
    received: 0,
    expiresAt,
  });
  const base = `${call.request.secured ? 'https' : 'http'}://${call.request.headers['host'] ?? 'localhost'}`;
  return json(
    201,
    {
      uploadUrl: `${base}/upload/${id}?authtoken=${id}`,
      expirationDateTime: new Date(expiresAt).toISOString(),
      nextExpectedRanges: ['0-'],
    },
    stampHeaders(call.stamp),
  );
}

/** The session's URL is its own authorisation: no Authorization header. */
export function uploadChunk(
  context: GraphContext,
  request: HttpRequest,
  stamp: GraphCall['stamp'],
): HttpAnswer {
  const session = context.drafts.session(request.path.split('/')[2] ?? '');
  if (session === undefined || session.expiresAt <= context.clock.now())
    return graphError(404, graphErrors.notFound, stamp);
  if (request.tooLong) return graphError(413, graphErrors.tooLarge, stamp);
  // RFC 9110 14.4.
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers['content-range'] ?? '');
  const [from, to, size] = [Number(range?.[1]), Number(range?.[2]), Number(range?.[3])];
  if (!range || size !== session.size || to - from + 1 !== request.body.length || to >= size)
    return graphError(400, { code: 'InvalidContentRange', message: 'Invalid Content-Range header.' }, stamp);
  if (from !== session.received)
    return graphError(416, { code: 'InvalidRange', message: 'Optimistic concurrency failure.' }, stamp);
  session.chunks.push(request.body);
  session.received += request.body.length;
  if (session.received < size)
    return json(
      200,
      {
        expirationDateTime: new Date(session.expiresAt).toISOString(),
        nextExpectedRanges: [`${session.received}-`],
      },
      stampHeaders(stamp),
    );
  const { id, name, contentType, chunks } = session;
  session.draft.attachments.push({ id, name, contentType, content: Buffer.concat(chunks) });
  context.drafts.removeSession(id);
  return { kind: 'answer', status: 201, headers: { ...stampHeaders(stamp), Location: `/attachments/${id}` } };
}

export async function sendDraft(
  context: GraphContext,
  call: GraphCall,
  ids: readonly string[],
): Promise<HttpAnswer> {
  const draft = draftOf(context, call, ids);
  if (draft === undefined) return graphError(404, graphErrors.notFound, call.stamp);
  const content = withAttachments(draft.content, draft.attachments, draft.id);
  const answer = await deliver(context, call, { content, kind: 'draft' });
  if (answer.kind === 'answer' && answer.status === 202) context.drafts.remove(draft.id);
  return answer;
}

function draftOf({ drafts }: GraphContext, call: GraphCall, [id = '']: readonly string[]): Draft | undefined {
  return drafts.find(id, call.entry.mailbox.address.toLowerCase());
}
