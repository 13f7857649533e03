/**
 * graph.microsoft.com, as far as mail is sent with it. Untrusted: the whole request. Limits: "Microsoft Graph
 * service-specific throttling limits", Outlook service limits.
 */
import type { HttpAnswer, HttpRequest } from '../http/server.ts';
import { authorise } from './authorise.ts';
import type { GraphCall, GraphContext } from './context.ts';
import {
  addAttachment,
  createDraft,
  createUploadSession,
  removeDraft,
  sendDraft,
  uploadChunk,
} from './draft-resources.ts';
import { graphError, graphErrors, type GraphStamp } from './errors.ts';
import { throttled, waitFor } from './faults.ts';
import { sendMail } from './send-mail.ts';

type Handler = (
  context: GraphContext,
  call: GraphCall,
  ids: readonly string[],
) => Promise<HttpAnswer> | HttpAnswer;

interface Resource {
  readonly method: string;
  /** What follows the mailbox; `*` is an id. */
  readonly path: readonly string[];
  /** Any one of them is enough. */
  readonly permissions: readonly string[];
  readonly handle: Handler;
}

const resources: readonly Resource[] = [
  { method: 'POST', path: ['sendMail'], permissions: ['Mail.Send'], handle: sendMail },
  { method: 'POST', path: ['messages'], permissions: ['Mail.ReadWrite'], handle: createDraft },
  { method: 'DELETE', path: ['messages', '*'], permissions: ['Mail.ReadWrite'], handle: removeDraft },
  {
    method: 'POST',
    path: ['messages', '*', 'attachments'],
    permissions: ['Mail.ReadWrite'],
    handle: addAttachment,
  },
  {
    method: 'POST',
    path: ['messages', '*', 'attachments', 'createUploadSession'],
    permissions: ['Mail.ReadWrite'],
    handle: createUploadSession,
  },
  { method: 'POST', path: ['messages', '*', 'send'], permissions: ['Mail.Send'], handle: sendDraft },
];

export async function handleGraph(context: GraphContext, request: HttpRequest): Promise<HttpAnswer> {
  const stamp: GraphStamp = {
    now: context.clock.now(),
    requestId: context.nextUuid(),
    clientRequestId: request.headers['client-request-id']?.slice(0, 64) ?? context.nextUuid(),
  };
  const { graphFault } = context.switches.current;
  if (graphFault === 429) return throttled(context, stamp);
  if (graphFault !== 0) return graphError(graphFault, graphErrors.unavailable, stamp);
  const [, version, users, segment = '', ...rest] = request.path.split('/');
  if (version === 'upload' && request.method === 'PUT') return uploadChunk(context, request, stamp);
  const me = users === 'me';
  const path = me ? (segment === '' ? [] : [segment, ...rest]) : rest;
  if ((version !== 'v1.0' && version !== 'beta') || (users !== 'users' && !me))
    return graphError(404, graphErrors.noResource, stamp);
  const resource = resources.find((candidate) => fits(candidate, request.method, path));
  if (resource === undefined) return graphError(404, graphErrors.noResource, stamp);
  const mailbox = me ? 'me' : segment;
  const authorised = authorise(context, request, {
    segment: mailbox,
    permissions: resource.permissions,
    stamp,
  });
  if (!authorised.ok) return authorised.answer;
  const { entry, token } = authorised;
  // Ids of ours need no escaping.
  const ids = path.filter((_part, at) => resource.path[at] === '*');
  return inTurn(context, { request, entry, token, stamp }, () =>
    resource.handle(context, { request, entry, token, stamp }, ids),
  );
}

function fits(resource: Resource, method: string, path: readonly string[]): boolean {
  return (
    resource.method === method &&
    resource.path.length === path.length &&
    resource.path.every((part, at) => part === '*' || part.toLowerCase() === path[at]?.toLowerCase())
  );
}

/** Four requests of one application and mailbox at a time; the request itself may be too long. */
async function inTurn(
  context: GraphContext,
  call: GraphCall,
  run: () => Promise<HttpAnswer> | HttpAnswer,
): Promise<HttpAnswer> {
  // The request limit is 4 MB whatever is asked for.
  if (call.request.tooLong) return graphError(413, graphErrors.tooLarge, call.stamp);
  const { graphConcurrency, graphDelayMs } = context.switches.current;
  const key = `${call.token.clientId} ${call.entry.mailbox.address.toLowerCase()}`;
  const running = context.busy.get(key) ?? 0;
  if (running >= graphConcurrency) return throttled(context, call.stamp);
  context.busy.set(key, running + 1);
  try {
    if (graphDelayMs > 0 && !(await waitFor(context, call, graphDelayMs))) return { kind: 'cut' };
    return await run();
  } finally {
    context.busy.set(key, (context.busy.get(key) ?? 1) - 1);
  }
}
