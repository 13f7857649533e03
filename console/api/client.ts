/** Calls of the admin API by the name of the route, typed by the contract. */
import { routes } from 'virtual:routes';
import { ApiProblem, problemOf, sentenceFor } from './problem.ts';
import type { Answer, Given, RouteName } from './types.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Entity tag of what is changed, from `etagOf`; a versioned route refuses a change without it. */
  readonly ifMatch?: string;
  /** Of a creating call: the same key repeats the call safely. Absent: one is made for this call. */
  readonly idempotencyKey?: string;
}

interface Parts {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

const etags = new WeakMap<object, string>();

/** Entity tag that came with an answer of `call`. */
export function etagOf(answer: object | undefined): string | undefined {
  return answer === undefined ? undefined : etags.get(answer);
}

/** Whether a change of what the route answers must name its entity tag. */
export const isVersioned = (name: RouteName): boolean => routes[name].versioned === true;

/** Path and query of a call, for links and downloads. */
export function urlOf<N extends RouteName>(name: N, given: Given<N>): string {
  const { params = {}, query = {} } = given as Parts;
  const path = routes[name].path.replaceAll(/\{(\w+)\}/g, (_all, key: string) =>
    encodeURIComponent(String(params[key])),
  );
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(key, String(value));
  }
  return search.size > 0 ? `${path}?${search}` : path;
}

/** Rejects with `ApiProblem` for every answer other than success, and when there is none. */
export async function call<N extends RouteName>(
  name: N,
  given: Given<N>,
  options: CallOptions = {},
): Promise<Answer<N>> {
  const { method, creates, text } = routes[name];
  const { body } = given as Parts;
  const headers = new Headers({ accept: 'application/json, application/problem+json, text/*' });
  // A body is JSON even when it is empty: a form of another site cannot send this type (cross-site request forgery).
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (creates) headers.set('idempotency-key', options.idempotencyKey ?? crypto.randomUUID());
  if (options.ifMatch !== undefined) headers.set('if-match', options.ifMatch);
  const response = await send(urlOf(name, given), {
    method,
    headers,
    credentials: 'same-origin',
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(options.signal && { signal: options.signal }),
  });
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as unknown as Answer<N>;
  if (text) return (await response.text()) as Answer<N>;
  const answer = (await response.json()) as Answer<N>;
  const etag = response.headers.get('etag');
  if (etag !== null && typeof answer === 'object' && answer !== null) etags.set(answer, etag);
  return answer;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiProblem(0, sentenceFor(0), error instanceof Error ? error.message : String(error));
  }
}
