/** The load generator as a process of its own: takes plans over IPC, answers each with its result. */
import { makeContent } from '../content.ts';
import type { LoadPlan } from './connection.ts';
import { generateLoad } from './generator.ts';
import { answerRequests } from '../child.ts';

export interface LoadRequest extends Omit<LoadPlan, 'content'> {
  readonly contentBytes: number;
}

answerRequests(async (request: LoadRequest) => {
  const { contentBytes, ...plan } = request;
  return generateLoad({ ...plan, content: makeContent(contentBytes) });
});
