/** The sink as a process of its own: says its port, then answers requests over IPC. */
import { answerRequests } from '../child.ts';
import { startSink } from './sink.ts';

export type SinkRequest =
  | { readonly kind: 'port' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'reached'; readonly messages: number }
  | { readonly kind: 'counts' };

const sink = await startSink();

answerRequests(async (request: SinkRequest): Promise<unknown> => {
  switch (request.kind) {
    case 'port':
      return sink.port;
    case 'restart':
      return sink.restart();
    case 'reached':
      return sink.reached(request.messages);
    case 'counts':
      return sink.counts;
    default:
      return request satisfies never;
  }
});
