/**
 * A message as a draft whose attachments are uploaded ("Attach large files to Outlook messages as attachments", "Create
 * message", Microsoft Graph). Nothing is sent before the draft is whole and is addressed to the envelope and to nobody else.
 * A draft that is not sent is deleted again; where the answer to its sending is lost, it stays, because it may be on its way.
 */
import type { Dispatcher } from 'undici';
import type { Clock } from '../../platform/clock.ts';
import { parseMailbox } from '../../protocol/address.ts';
import { isSafeUrl } from '../identity/credential.ts';
import type { Attachment } from './attachments.ts';
import type { AttachmentFacts } from './attachment-content.ts';
import { attachmentContent, attachmentFacts } from './attachment-content.ts';
import type { GraphAnswer, GraphCall } from './graph-call.ts';
import { callGraph } from './graph-call.ts';

export interface DraftRequest {
  /** `ENDPOINT/v1.0/users/MAILBOX/messages`. */
  readonly url: string;
  /** MIME without the attachments. */
  readonly skeleton: Buffer;
  readonly content: Buffer;
  readonly attachments: readonly Attachment[];
  /** `Mailbox.key` of each recipient of the envelope. */
  readonly recipients: ReadonlySet<string>;
  readonly bearer: string;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export type DraftOutcome =
  /** The answer to the sending of the draft. */
  | { readonly kind: 'sent'; readonly answer: GraphAnswer }
  /** Nothing was sent. `isDeleted` is false where the draft may still lie in the mailbox. */
  | {
      readonly kind: 'failed';
      readonly step: string;
      readonly answer: GraphAnswer;
      readonly isDeleted: boolean;
    }
  /** The same: Graph would send it to others than the envelope says, or cannot take an attachment. */
  | { readonly kind: 'unfit'; readonly reason: string; readonly isDeleted: boolean };

/** "Upload in multiples of 320 KiB", below the 4 MB of a request. */
export const chunkBytes = 10 * 320 * 1024;
/** Smaller attachments go in one request; an upload session is for those from 3 MB on. */
const sessionBytesMin = 3_000_000;
/** Time to take a draft away again. */
const deleteMs = 15_000;

export async function sendAsDraft(request: DraftRequest): Promise<DraftOutcome> {
  const created = await callGraph({
    ...authorised(request, 'POST', request.url),
    headers: { 'content-type': 'text/plain' },
    body: request.skeleton.toString('base64'),
  });
  const id = created.kind === 'answer' ? created.fields.get('id') : undefined;
  if (created.kind !== 'answer' || created.status !== 201 || typeof id !== 'string' || id === '') {
    return {
      kind: 'failed',
      step: 'the draft was not created',
      answer: created,
      isDeleted: created.kind === 'answer',
    };
  }
  const draft = `${request.url}/${encodeURIComponent(id)}`;
  const obstacle = addressing(created.fields, request.recipients) ?? (await attachAll(request, draft));
  if (obstacle) return { ...obstacle, isDeleted: await removeDraft(request, draft) };
  const answer = await callGraph({
    ...authorised(request, 'POST', `${draft}/send`),
    headers: { 'content-length': '0' },
  });
  const isRefused = answer.kind === 'answer' ? answer.status >= 400 && answer.status < 500 : !answer.sent;
  if (isRefused) {
    const isDeleted = await removeDraft(request, draft);
    return { kind: 'failed', step: 'the draft was not sent', answer, isDeleted };
  }
  return { kind: 'sent', answer };
}

type Obstacle =
  | { readonly kind: 'failed'; readonly step: string; readonly answer: GraphAnswer }
  | { readonly kind: 'unfit'; readonly reason: string };

/** Graph tells to whom it would send; it must be the envelope. */
function addressing(fields: ReadonlyMap<string, unknown>, wanted: ReadonlySet<string>): Obstacle | undefined {
  const told = ['toRecipients', 'ccRecipients', 'bccRecipients'].map((name) => fields.get(name));
  const keys = new Set(
    told.flat().map((one) => {
      const { emailAddress } = (one ?? {}) as { readonly emailAddress?: { readonly address?: unknown } };
      const address = emailAddress?.address;
      const parsed = parseMailbox(typeof address === 'string' ? address : '');
      // What is no address is nobody in the envelope.
      return parsed.ok ? parsed.value.key : '';
    }),
  );
  if (keys.size === wanted.size && keys.isSubsetOf(wanted)) return undefined;
  return { kind: 'unfit', reason: 'Graph would send its draft to others than the envelope says' };
}

async function attachAll(request: DraftRequest, draft: string): Promise<Obstacle | undefined> {
  for (const attachment of request.attachments) {
    const facts = await attachmentFacts(attachment);
    const octets = await attachmentContent(request.content, attachment);
    if (!octets) {
      return { kind: 'unfit', reason: `an attachment has the unknown encoding ${attachment.part.encoding}` };
    }
    const answer =
      octets.length < sessionBytesMin
        ? await attach(request, draft, facts, octets)
        : await upload(request, draft, facts, octets);
    if (answer.kind !== 'answer' || answer.status !== 201) {
      return { kind: 'failed', step: `the attachment "${facts.name}" was not taken`, answer };
    }
  }
  return undefined;
}

function attach(
  request: DraftRequest,
  draft: string,
  facts: AttachmentFacts,
  octets: Buffer,
): Promise<GraphAnswer> {
  return callGraph({
    ...authorised(request, 'POST', `${draft}/attachments`),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      '@odata.type': '#microsoft.graph.fileAttachment',
      ...facts,
      contentBytes: octets.toString('base64'),
    }),
  });
}

async function upload(
  request: DraftRequest,
  draft: string,
  facts: AttachmentFacts,
  octets: Buffer,
): Promise<GraphAnswer> {
  const session = await callGraph({
    ...authorised(request, 'POST', `${draft}/attachments/createUploadSession`),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ AttachmentItem: { attachmentType: 'file', ...facts, size: octets.length } }),
  });
  const url = session.kind === 'answer' ? session.fields.get('uploadUrl') : undefined;
  if (session.kind !== 'answer' || session.status !== 201) return session;
  if (typeof url !== 'string' || !isSafeUrl(url)) {
    return { kind: 'lost', sent: false, text: 'the upload session has no https URL' };
  }
  for (let from = 0; ; from += chunkBytes) {
    const chunk = octets.subarray(from, from + chunkBytes);
    // The URL holds the authorisation: "do not specify an Authorization request header".
    const answer = await callGraph({
      method: 'PUT',
      url,
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `bytes ${from}-${from + chunk.length - 1}/${octets.length}`,
      },
      body: chunk,
      dispatcher: request.dispatcher,
      signal: request.signal,
    });
    const isLast = from + chunk.length === octets.length;
    if (isLast || answer.kind !== 'answer' || answer.status !== 200) return answer;
  }
}

/** Also when the attempt was called off: a draft is nobody's mail. */
async function removeDraft(request: DraftRequest, draft: string): Promise<boolean> {
  const deadline = new AbortController();
  const cancel = request.clock.after(deleteMs, () => deadline.abort());
  try {
    const answer = await callGraph({ ...authorised(request, 'DELETE', draft), signal: deadline.signal });
    return answer.kind === 'answer' && (answer.status === 204 || answer.status === 404);
  } finally {
    cancel();
  }
}

function authorised(
  { bearer, dispatcher, signal }: DraftRequest,
  method: GraphCall['method'],
  url: string,
): GraphCall {
  return { method, url, bearer, dispatcher, signal };
}
