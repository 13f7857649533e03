/** Faults by recipient address, as Graph shows them: a refusal at RCPT has no counterpart here but an HTTP status. */
import type { Fault } from '../faults.ts';
import type { HttpAnswer } from '../http/server.ts';
import type { GraphCall, GraphContext } from './context.ts';
import { graphError, graphErrors, stampHeaders } from './errors.ts';

/** The first recipient that names a fault decides. */
export function faultOf(
  { faults }: GraphContext,
  { request }: GraphCall,
  recipients: readonly string[],
): Fault | undefined {
  for (const address of recipients) {
    const fault = faults.next(address, request.client.address);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The answer that ends the request before anything is kept; `undefined`: the fault strikes later. */
export function faultAnswer(
  context: GraphContext,
  { stamp }: GraphCall,
  fault: Fault,
): HttpAnswer | undefined {
  switch (fault.kind) {
    case 'refuse':
      if (/^45\d 4\.7\.500 /.test(fault.reply)) return throttled(context, stamp);
      return fault.reply.startsWith('4')
        ? graphError(503, { ...graphErrors.unavailable, message: fault.reply }, stamp)
        : graphError(400, { ...graphErrors.noRecipients, message: fault.reply }, stamp);
    case 'close':
      return graphError(503, graphErrors.unavailable, stamp);
    case 'garble':
      // What a proxy in between says instead of Graph.
      return {
        kind: 'answer',
        status: 200,
        headers: { ...stampHeaders(stamp), 'Content-Type': 'text/html' },
        body: '<html><body>It works!</body></html>',
      };
    case 'drop':
      return fault.at === 'end' ? undefined : { kind: 'cut' };
    case 'silent':
    case 'delay':
      return undefined;
  }
}

/** RFC 9110 10.2.3: seconds or a date. */
export function throttled({ clock, switches }: GraphContext, stamp: GraphCall['stamp']): HttpAnswer {
  const { graphRetryAfterForm, graphRetryAfterSeconds: seconds } = switches.current;
  const value =
    graphRetryAfterForm === 'seconds'
      ? String(seconds)
      : new Date(clock.now() + seconds * 1000).toUTCString();
  return graphError(429, graphErrors.throttled, stamp, { 'Retry-After': value });
}

/** False: the client went away meanwhile. */
export function waitFor({ clock }: GraphContext, { request }: GraphCall, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const callOff = clock.after(ms, () => resolve(true));
    const gone = (): void => {
      callOff();
      resolve(false);
    };
    if (request.gone.aborted) gone();
    else request.gone.addEventListener('abort', gone, { once: true });
  });
}
