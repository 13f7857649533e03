/**
 * What a reply of Microsoft 365 means for mail, by the catalogue in `microsoft365/`. A connector of a Microsoft 365 route
 * asks here first; where nothing is known it judges by the code alone, as for any other server.
 */
import { classify } from '../../../microsoft365/replies/classify.ts';
import type { ReplyEntry, Side } from '../../../microsoft365/replies/entry.ts';
import type { Verdict } from '../../../microsoft365/replies/verdict.ts';
import type { Exhausted, Failure, FailureScope, Stage } from '../../message/outcome.ts';
import type { Reply } from '../../message/reply.ts';
import { formatReply } from '../../message/reply.ts';

export interface ReplyPlace {
  readonly where: 'mx' | 'submission' | 'hve' | 'acs' | 'graph' | 'identity';
  readonly stage: Stage;
}

/** The fields of a `Failure` that the reply decides, and what the connector does about it. */
export interface ReplyJudgement extends Pick<Failure, 'scope' | 'permanence' | 'text' | 'status'> {
  /** The id of the catalogue entry. */
  readonly code: string;
  readonly entry: ReplyEntry;
  readonly kind: Verdict['kind'];
  readonly side: Side;
  /**
   * The mail is kept although the reply may be a 5yz: a quota that comes back with time, or a fault of set-up or of a
   * sender's rights that a person puts right. A bounce would lose it without need.
   */
  readonly hold: boolean;
  /** Tell the administrator now. */
  readonly alarm: boolean;
  /** The least pause before the next try, in milliseconds; what the other side names itself (`Retry-After`) goes first. */
  readonly retryAfterMs?: number;
  /** Where repeated pauses stop to grow, in milliseconds. */
  readonly retryAfterMaxMs?: number;
  /** Say the same again over IPv4. Where the connection was IPv4 already, the mail waits like any transient failure. */
  readonly overIpv4?: true;
  /** Fetch a new access token and try once more before this is believed. */
  readonly freshToken?: true;
  /** A fallback may take what this route cannot, so it is offered there before it is returned. */
  readonly otherRoute?: true;
  /** The recipients that were not taken go with another transaction at once. */
  readonly split?: true;
  /** Halve the parallel connections or requests. */
  readonly fewerConnections?: true;
  /** The limit that the other side says is used up. */
  readonly exhausted?: Exhausted;
  /** It would meet all mail of this sender by this route, and nobody else's. */
  readonly aboutTheSender?: true;
}

/** For Graph and the token endpoint `reply.code` is the HTTP status and `lines` hold error code and message. */
export function judgeReply(reply: Reply, place: ReplyPlace): ReplyJudgement | undefined {
  const entry = classify(formatReply(reply), place);
  if (!entry) return undefined;
  const { verdict } = entry;
  const permanence = permanenceOf(verdict, reply, place);
  return {
    code: entry.id,
    entry,
    kind: verdict.kind,
    side: entry.side,
    scope: scopeAt(place, verdict),
    permanence,
    text: explanation(entry),
    status: statusFor(permanence, reply, entry),
    hold: verdict.kind === 'throttle' || verdict.kind === 'configuration' || verdict.kind === 'sender',
    alarm: verdict.alarm,
    ...waits(verdict),
    ...remedies(verdict),
    ...(isAboutTheSender(place, verdict) ? { aboutTheSender: true } : {}),
  };
}

/** RFC 5321 4.2.1: nothing is returned to its sender for a 4yz, whatever its words. An HTTP status has no such promise. */
function permanenceOf(verdict: Verdict, reply: Reply, { where }: ReplyPlace): Failure['permanence'] {
  const mayBounce = where === 'graph' || where === 'identity' || reply.code >= 500;
  return verdict.kind === 'permanent' && mayBounce ? 'permanent' : 'transient';
}

/** The catalogue says whom the words concern; the stage says about whom the server can have known. */
function scopeAt(place: ReplyPlace, verdict: Verdict): FailureScope {
  const { scope } = verdict;
  const { stage } = place;
  // The way serves others: internal recipients, other senders.
  if (isForExternalOnly(verdict) || isAboutTheSender(place, verdict)) return 'message';
  if (scope === 'connector' || scope === 'destination') return scope;
  switch (stage) {
    case 'mail':
      return 'message';
    case 'rcpt':
      return 'recipient';
    case 'data':
    case 'content':
      // RFC 5321 4.1.1.4: the reply after the content speaks for all its recipients.
      return 'message';
    case 'route':
    case 'resolve':
    case 'connect':
    case 'greeting':
    case 'tls':
    case 'hello':
    case 'login':
    case 'operator':
      return 'connector';
  }
}

/**
 * A fault of a sender closes the way for that sender alone, but where all its mail goes from one mailbox (submission, Graph)
 * and the fault is the mailbox's: a full or blocked one serves no sender.
 */
function isAboutTheSender({ where }: ReplyPlace, { kind, scope }: Verdict): boolean {
  return kind === 'sender' && (where === 'mx' || scope !== 'destination');
}

function isForExternalOnly(verdict: Verdict): boolean {
  return verdict.kind === 'throttle' && verdict.exhausted?.startsWith('external') === true;
}

function explanation({ meaning, fix }: ReplyEntry): string {
  return `${meaning} What to do: ${fix.join('; ')}.`;
}

/** RFC 3464 2.3.4: the class of a status agrees with what happens to the message. */
function statusFor(permanence: Failure['permanence'], reply: Reply, entry: ReplyEntry): string {
  const given = reply.enhanced ?? entry.enhanced ?? '4.0.0';
  return (permanence === 'permanent' ? '5' : '4') + given.slice(1);
}

function waits(verdict: Verdict): Pick<ReplyJudgement, 'retryAfterMs' | 'retryAfterMaxMs'> {
  if (!('backOff' in verdict)) return {};
  return { retryAfterMs: verdict.backOff.minMs, retryAfterMaxMs: verdict.backOff.maxMs };
}

function remedies(verdict: Verdict): Partial<ReplyJudgement> {
  switch (verdict.kind) {
    case 'transient':
      return {
        ...(verdict.freshToken ? { freshToken: true } : {}),
        ...(verdict.split ? { split: true } : {}),
      };
    case 'throttle':
      return {
        ...(verdict.fewerConnections ? { fewerConnections: true } : {}),
        ...(verdict.exhausted ? { exhausted: verdict.exhausted } : {}),
      };
    case 'permanent':
      return verdict.otherRoute ? { otherRoute: true } : {};
    case 'configuration':
      return verdict.freshToken ? { freshToken: true } : {};
    case 'retry-over-ipv4':
      return { overIpv4: true };
    case 'sender':
      return {};
  }
}
