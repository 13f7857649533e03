/** Delay proxies in a process of their own, so that neither side of a conversation waits for the other's work. */
import { answerRequests } from '../child.ts';
import { startDelayProxy } from './delay-proxy.ts';

export interface DelayRequest {
  readonly targetPort: number;
  readonly delayMs: number;
}

/** Answers with the port. */
answerRequests(async (request: DelayRequest): Promise<number> => (await startDelayProxy(request)).port);
