/**
 * Faults of set-up that an administrator must hear of at once: TLS, certificate, login, permission. The first one is
 * told, not only the suspension that follows when it goes on; then nothing until it is another one or is over.
 */
import type { DeliveryOutcome, Failure } from '../message/outcome.ts';
import type { Events } from '../observe/events.ts';
import type { Instant } from '../platform/clock.ts';
import type { Part } from './part.ts';
import { domainOfDestination } from './plan.ts';
import { evidenceOf, isAboutTheWay } from './suspension.ts';

/** A fault that comes and goes is told again after this time at the earliest. */
const againMs = 10 * 60_000;
/** Ways remembered; behind `mx` each domain is one. The oldest go. */
const waysMax = 1_000;

interface Trouble {
  readonly code: string;
  readonly toldAt: Instant;
  readonly isOver: boolean;
}

/** It outlasts a change of the connector's configuration, so that its end is told after the change that brought it. */
export class Troubles {
  readonly #events: Events;
  readonly #byWay = new Map<string, Trouble>();

  constructor(events: Events) {
    this.#events = events;
  }

  note({ connector, destination }: Part, outcome: DeliveryOutcome, now: Instant): void {
    const failure = setupFaultOf(outcome);
    if (!failure && this.#byWay.size === 0) return;
    const domain = domainOfDestination(destination);
    const names = { connector, ...(domain !== undefined && { destination: domain }) };
    const way = `${connector}\n${destination}`;
    const known = this.#byWay.get(way);
    if (failure) {
      const { code, stage, text } = failure;
      if (known?.code === code && (!known.isOver || now - known.toldAt < againMs)) return;
      this.#remember(way, { code, toldAt: now, isOver: false });
      this.#events.emit({ kind: 'connector-trouble', ...names, host: outcome.host, code, stage, text });
    } else if (known && !known.isOver && evidenceOf(outcome).kind === 'works') {
      this.#remember(way, { ...known, isOver: true });
      this.#events.emit({ kind: 'connector-trouble-over', ...names, code: known.code });
    }
  }

  #remember(way: string, trouble: Trouble): void {
    this.#byWay.delete(way);
    this.#byWay.set(way, trouble);
    if (this.#byWay.size <= waysMax) return;
    for (const oldest of this.#byWay.keys()) {
      this.#byWay.delete(oldest);
      return;
    }
  }
}

/** In these the set-up is not to blame, whatever the stage at which they are met. */
const passing = new Set([
  'aborted',
  'closing',
  'connection-lost',
  'login-deferred',
  'protocol-error',
  'reply-timeout',
  'token-endpoint-unreachable',
]);
const named = new Set(['authentication-required', 'connector-unusable']);

function setupFaultOf({ recipients }: DeliveryOutcome): Failure | undefined {
  for (const recipient of recipients) {
    if (recipient.kind === 'relayed') return undefined;
    if (recipient.kind === 'failed' && isSetupFault(recipient.failure)) return recipient.failure;
  }
  return undefined;
}

function isSetupFault(failure: Failure): boolean {
  const { stage, code, aboutTheWay, retryAfterMs } = failure;
  if (passing.has(code) || !isAboutTheWay(failure)) return false;
  // What says when to come back is a throttle and not a fault of anybody's set-up.
  if (retryAfterMs !== undefined) return false;
  return (
    stage === 'tls' || stage === 'login' || aboutTheWay === true || named.has(code) || code.startsWith('tls-')
  );
}
