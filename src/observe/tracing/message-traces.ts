/**
 * Spans from events: one trace a message, of the message, its acceptance, the waits between attempts, the attempts, the notices.
 * Beside the SMTP path: it is told of events after they happened, keeps one bounded table, and hands over finished spans.
 */
import type { RelayEvent } from '../events.ts';
import { replyClass } from '../metrics/labels.ts';
import { begunAt, isSampled, rootSpanIdOf, traceIdOf } from './ids.ts';

export interface FinishedSpan {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly traceId: string;
  /** Given for the span of the message; absent: a new one under it. */
  readonly spanId?: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Why it is a failure. */
  readonly error?: string;
  /** Trace that this one has to do with. */
  readonly link?: string;
}

/** Messages on their way of which the last step is remembered; of others, as after a restart, the wait is not shown. */
const knownMax = 20_000;

type On<K extends RelayEvent['kind']> = Extract<RelayEvent, { kind: K }>;

interface Known {
  /** End of the last step. */
  lastMs: number;
  /** Trace of the message that a notice is about. */
  about?: string;
}

export class MessageTraces {
  readonly #share: number;
  readonly #finish: (span: FinishedSpan) => void;
  readonly #known = new Map<string, Known>();

  constructor(share: number, finish: (span: FinishedSpan) => void) {
    this.#share = share;
    this.#finish = finish;
  }

  note(event: RelayEvent, nowMs: number): void {
    const { kind } = event;
    if (kind !== 'accepted' && kind !== 'attempted' && kind !== 'settled' && kind !== 'notice') return;
    const traceId = traceIdOf(kind === 'notice' ? event.about : event.id);
    if (traceId === undefined || !isSampled(traceId, this.#share)) return;
    if (event.kind === 'accepted') this.#accepted(traceId, event, nowMs);
    else if (event.kind === 'attempted') this.#attempted(traceId, event, nowMs);
    else if (event.kind === 'notice') this.#notice(traceId, event, nowMs);
    else this.#settled(traceId, event, nowMs);
  }

  #accepted(traceId: string, event: On<'accepted'>, nowMs: number): void {
    this.#remember(traceId, { lastMs: nowMs });
    this.#finish({
      name: 'accept',
      kind: 'server',
      traceId,
      startMs: begunAt(traceId),
      endMs: nowMs,
      attributes: {
        'relay365.message.id': event.id,
        'relay365.source': event.source,
        'client.address': event.address,
        'relay365.recipients': event.recipients,
        'relay365.message.bytes': event.bytes,
      },
    });
  }

  #attempted(traceId: string, event: On<'attempted'>, nowMs: number): void {
    const startMs = nowMs - event.durationMs;
    const known = this.#known.get(traceId);
    if (known && startMs > known.lastMs) {
      const attributes = { 'relay365.connector': event.connector };
      this.#finish({
        name: 'wait',
        kind: 'internal',
        traceId,
        startMs: known.lastMs,
        endMs: startMs,
        attributes,
      });
    }
    this.#remember(traceId, { ...known, lastMs: nowMs });
    const { relayed, deferred, failed, inDoubt } = event;
    const error = deferred + failed + inDoubt > 0 ? (event.text ?? event.reply) : undefined;
    this.#finish({
      name: 'attempt',
      kind: 'client',
      traceId,
      startMs,
      endMs: nowMs,
      attributes: {
        'relay365.connector': event.connector,
        ...placeOf(event.host),
        'relay365.relayed': relayed,
        'relay365.deferred': deferred,
        'relay365.failed': failed,
        'relay365.in_doubt': inDoubt,
        ...(event.tls !== undefined && { 'tls.protocol.version': event.tls.replace('TLSv', '') }),
        ...(replyClass(event.reply) !== 'none' && { 'smtp.reply.code': Number(event.reply?.slice(0, 3)) }),
        ...(event.reply !== undefined && { 'smtp.reply': event.reply }),
      },
      ...(error !== undefined && { error }),
    });
  }

  #notice(traceId: string, event: On<'notice'>, nowMs: number): void {
    const link = traceIdOf(event.id);
    if (link !== undefined) this.#remember(link, { lastMs: nowMs, about: traceId });
    this.#finish({
      name: 'notice',
      kind: 'internal',
      traceId,
      startMs: nowMs,
      endMs: nowMs,
      attributes: { 'relay365.notice.id': event.id, 'relay365.notice.action': event.action },
      ...(link !== undefined && { link }),
    });
  }

  #settled(traceId: string, event: On<'settled'>, nowMs: number): void {
    const about = this.#known.get(traceId)?.about;
    this.#known.delete(traceId);
    this.#finish({
      name: 'message',
      kind: 'internal',
      traceId,
      spanId: rootSpanIdOf(traceId),
      startMs: begunAt(traceId),
      endMs: nowMs,
      attributes: {
        'relay365.message.id': event.id,
        'relay365.result': event.result,
        ...(event.source !== undefined && { 'relay365.source': event.source }),
        ...(event.connector !== undefined && { 'relay365.connector': event.connector }),
      },
      ...(event.result !== 'relayed' && { error: event.result }),
      ...(about !== undefined && { link: about }),
    });
  }

  #remember(traceId: string, known: Known): void {
    this.#known.delete(traceId);
    this.#known.set(traceId, known);
    if (this.#known.size <= knownMax) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

/** OpenTelemetry semantic conventions: `server.address`, `server.port`. */
function placeOf(host: string): Record<string, string | number> {
  const match = /^\[?(.+?)\]?:(\d{1,5})$/.exec(host);
  if (!match) return host === '' ? {} : { 'server.address': host };
  return { 'server.address': match[1] ?? '', 'server.port': Number(match[2]) };
}
