/** Events of a route that streams its answer (WHATWG HTML 9.2), for calls that an EventSource cannot make: those with a body. */
import { routes } from 'virtual:routes';
import { urlOf } from './client.ts';
import { ApiProblem, problemOf, sentenceFor } from './problem.ts';
import type { Answer, Given, RouteName } from './types.ts';

/** Ends with the stream. Throws `ApiProblem` for an answer other than success. */
export async function* streamOf<N extends RouteName>(
  name: N,
  given: Given<N> & { readonly body: unknown },
  signal: AbortSignal,
): AsyncGenerator<Answer<N>> {
  const response = await begin(name, given, signal);
  if (!response.ok) throw await problemOf(response);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) return;
    const blocks = (rest + part.value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      // Blocks without data are comments: the heartbeat.
      const data = block.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) yield JSON.parse(data.slice('data: '.length)) as Answer<N>;
    }
  }
}

async function begin<N extends RouteName>(
  name: N,
  given: Given<N> & { readonly body: unknown },
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(urlOf(name, given), {
      method: routes[name].method,
      headers: { accept: 'text/event-stream, application/problem+json', 'content-type': 'application/json' },
      credentials: 'same-origin',
      body: JSON.stringify(given.body),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiProblem(0, sentenceFor(0), error instanceof Error ? error.message : String(error));
  }
}
