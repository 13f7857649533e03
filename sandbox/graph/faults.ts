/** Faults by recipient address, as Graph shows them: a refusal at RCPT has no counterpart here but an HTTP status. */
import { type Fault, isRecordedFault } from '../faults.ts';
import type { HttpAnswer } from '../http/server.ts';
import type { GraphCall, GraphContext } from './context.ts';
import { graphError, graphErrors, stampHeaders } from './errors.ts';

export interface FaultsFound {
  /** Of the first recipient that names one. */
  readonly fault: Fault | undefined;
  /** Replies that come back as non-delivery reports, by address. */
  readonly reports: ReadonlyMap<string, string>;
}

/** Recorded SMTP lines cannot be said by Graph: after 202 they come back as reports. */
export function faultsOf(
  { faults }: GraphContext,
  { request }: GraphCall,
  recipients: readonly string[],
): FaultsFound {
  const reports = new Map<string, string>();
  let first: Fault | undefined;
  for (const address of recipients) {
    const fault = faults.next(address, request.client.address);
    if (fault === undefined) continue;
    const isLine = 'reply' in fault && isRecordedFault(address);
    if (isLine || fault.kind === 'ndr') reports.set(address, fault.reply);
    else first ??= fault;
  }
  return { fault: first, reports };
}

/** The answer that ends the request before anything is kept; `undefined`: the fault strikes later. */
export function faultAnswer(
  context: GraphContext,
  { stamp }: GraphCall,
  fault: Fault,
): HttpAnswer | undefined {
  switch (fault.kind) {
    case 'refuse':
      if (/^45\d 4\.7\.500 /.test(fault.reply))
        return throttled(context, stamp, fault.at === 'rcpt' ? fault.retryAfterSeconds : undefined);
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
    case 'http': {
      const { status, code, message } = fault.line;
      if (status === 429) return throttled(context, stamp, undefined, { code, message });
      return graphError(status, { code, message }, stamp);
    }
    case 'silent':
    case 'delay':
    case 'ndr':
      return undefined;
  }
}

/** RFC 9110 10.2.3: seconds or a date. */
export function throttled(
  { clock, switches }: GraphContext,
  stamp: GraphCall['stamp'],
  afterSeconds?: number,
  error: { readonly code: string; readonly message: string } = graphErrors.throttled,
): HttpAnswer {
  const { graphRetryAfterForm, graphRetryAfterSeconds } = switches.current;
  const seconds = afterSeconds ?? graphRetryAfterSeconds;
  const value =
    graphRetryAfterForm === 'seconds'
      ? String(seconds)
      : new Date(clock.now() + seconds * 1000).toUTCString();
  return graphError(429, error, stamp, { 'Retry-After': value });
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
