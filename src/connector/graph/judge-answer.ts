/** What Graph's answer means for the message (pure): by its status, then by the reply catalogue. */
import type { Failure, RecipientOutcome } from '../../message/outcome.ts';
import type { Reply } from '../../message/reply.ts';
import type { Instant } from '../../platform/clock.ts';
import { judgeFailure } from '../judged-connector.ts';
import type { SendMailAnswer } from './send-mail.ts';

/** Waits that the other side asks for are kept up to this: a day. */
const retryAfterMsMax = 86_400_000;

export interface AnswerPlace {
  /** `host:port`. */
  readonly host: string;
  readonly now: Instant;
  /** How it was reached, as `proxyNote` says it. */
  readonly way?: string;
  /** Our own stop led to it. */
  readonly aborted: boolean;
  /** The request could send nothing, whatever became of it. */
  readonly preparesOnly?: true;
}

export function judgeAnswer(answer: SendMailAnswer, place: AnswerPlace): RecipientOutcome {
  if (answer.kind === 'lost') return judgeLoss(answer, place);
  const { status, text, retryAfter } = answer;
  const reply: Reply = { protocol: 'graph', code: status, lines: [text === '' ? `HTTP ${status}` : text] };
  // Only 202 is "accepted for sending"; 200 was reported for messages that then were not sent.
  if (status === 202 && !place.preparesOnly) return { kind: 'relayed', reply, dsnPassedOn: false };
  const wait = retryAfter === undefined ? undefined : waitMs(retryAfter, place.now);
  const failure: Failure = {
    ...base(status),
    stage: 'content',
    reply,
    text: `${place.host} answered ${status}: ${text}`,
  };
  if (isInDoubt(status) && !place.preparesOnly) return { kind: 'in-doubt', failure };
  const judged = judgeFailure(failure, 'graph');
  return {
    kind: 'failed',
    failure: wait === undefined ? judged : { ...judged, retryAfterMs: wait },
  };
}

/** A gateway that gave up waiting does not know what became of the request behind it. */
function isInDoubt(status: number): boolean {
  return (status >= 200 && status < 300) || status === 502 || status === 504;
}

function base(status: number): Pick<Failure, 'scope' | 'permanence' | 'code' | 'status' | 'otherRoute'> {
  if (status < 300) return hold('message', 'graph-not-accepted', '4.5.0');
  if (status === 413) {
    return {
      scope: 'message',
      permanence: 'permanent',
      code: 'graph-too-large',
      status: '5.3.4',
      otherRoute: true,
    };
  }
  if (status === 400) {
    return {
      scope: 'message',
      permanence: 'permanent',
      code: 'graph-rejected',
      status: '5.6.0',
      otherRoute: true,
    };
  }
  if (status === 401) return hold('connector', 'graph-token-refused', '4.7.0');
  if (status === 403 || status === 404) return hold('connector', 'graph-not-allowed', '4.7.1');
  if (status === 429) return hold('connector', 'graph-throttled', '4.7.0');
  return hold('connector', status >= 500 ? 'graph-unavailable' : 'graph-unexpected', '4.3.2');
}

function hold(
  scope: Failure['scope'],
  code: string,
  status: string,
): Pick<Failure, 'scope' | 'permanence' | 'code' | 'status'> {
  return { scope, permanence: 'transient', code, status };
}

function judgeLoss(
  { sent, text }: Extract<SendMailAnswer, { kind: 'lost' }>,
  { host, way = '', aborted, preparesOnly }: AnswerPlace,
): RecipientOutcome {
  if ((!sent || preparesOnly) && aborted) return { kind: 'not-tried' };
  const failure: Failure = {
    scope: 'connector',
    permanence: 'transient',
    stage: sent ? 'content' : 'connect',
    code: sent ? 'connection-lost' : 'connect-failed',
    text: `${host}${way} gave no answer: ${text}`,
    status: sent ? '4.4.2' : '4.4.1',
  };
  return sent && !preparesOnly ? { kind: 'in-doubt', failure } : { kind: 'failed', failure };
}

/** RFC 9110 10.2.3: seconds or a date; `undefined` when it is neither. */
export function waitMs(retryAfter: string, now: Instant): number | undefined {
  const text = retryAfter.trim();
  const ms = /^\d{1,10}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), retryAfterMsMax);
}
