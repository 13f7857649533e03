/**
 * Faults of set-up that an administrator must hear of at once: TLS, certificate, login, permission. The first one is
 * told, not only the suspension that follows when it goes on; then nothing until it is another one or is over.
 */
import type { DeliveryOutcome, Exhausted, Failure } from '../message/outcome.ts';
import type { Events } from '../observe/events.ts';
import type { Instant } from '../platform/clock.ts';
import type { Part } from './part.ts';
import { domainOfDestination } from './plan.ts';
import { evidenceOf, isAboutTheWay } from './suspension.ts';

/** A fault that comes and goes is told again after this time at the earliest. */
const againMs = 10 * 60_000;
/** Senders told of within that time, of one way. */
const sendersToldMax = 10;
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

  /** `counts`: whether the connector keeps count of what the other side calls used up, so that `quotaIsFree` will be called. */
  note(
    part: Part,
    outcome: DeliveryOutcome,
    now: Instant,
    counts: (exhausted: Exhausted) => boolean = () => false,
  ): void {
    const failure = setupFaultOf(outcome);
    if (failure) {
      const { exhausted } = failure;
      const isQuota = exhausted !== undefined && counts(exhausted);
      const way = failure.aboutTheSender ? ofSender(part) : isQuota ? ofQuota(part, exhausted) : wayOf(part);
      this.#begun(part, outcome.host, failure, way, now);
    } else if (this.#byWay.size > 0) this.#over(part, outcome);
  }

  #begun(part: Part, host: string, failure: Failure, way: string, now: Instant): void {
    const { code, stage, text, aboutTheSender } = failure;
    const known = this.#byWay.get(way);
    if (known?.code === code && (!known.isOver || now - known.toldAt < againMs)) return;
    if (aboutTheSender && !this.#mayTellOfSender(part, now)) return;
    this.#remember(way, { code, toldAt: now, isOver: false });
    const sender = aboutTheSender ? { sender: senderOf(part) } : {};
    this.#events.emit({ kind: 'connector-trouble', ...namesOf(part), ...sender, host, code, stage, text });
  }

  #over(part: Part, outcome: DeliveryOutcome): void {
    const isRelayed = outcome.recipients.some(({ kind }) => kind === 'relayed');
    const ended = [
      ...(evidenceOf(outcome).kind === 'works' ? [[wayOf(part), {}] as const] : []),
      ...(isRelayed ? [[ofSender(part), { sender: senderOf(part) }] as const] : []),
    ];
    for (const [way, sender] of ended) this.#end(way, { ...namesOf(part), ...sender });
  }

  /** The other side takes again what it had called used up. */
  quotaIsFree(part: Part, exhausted: Exhausted): void {
    this.#end(ofQuota(part, exhausted), namesOf(part));
  }

  #end(way: string, names: { connector: string; destination?: string; sender?: string }): void {
    const known = this.#byWay.get(way);
    if (!known || known.isOver) return;
    this.#remember(way, { ...known, isOver: true });
    this.#events.emit({ kind: 'connector-trouble-over', ...names, code: known.code });
  }

  /** One device with a thousand sender addresses is one trouble and not a thousand. */
  #mayTellOfSender(part: Part, now: Instant): boolean {
    const prefix = `${wayOf(part)}\nfrom `;
    let told = 0;
    for (const [way, { toldAt }] of this.#byWay) if (way.startsWith(prefix) && now - toldAt < againMs) told++;
    return told < sendersToldMax;
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

function wayOf({ connector, destination }: Part): string {
  return `${connector}\n${destination}`;
}

/** A fault of one sender's rights: what others send the same way neither has it nor ends it. */
function ofSender(part: Part): string {
  return `${wayOf(part)}\nfrom ${senderOf(part)}`;
}

function ofQuota(part: Part, exhausted: Exhausted): string {
  return `${wayOf(part)}\nquota ${exhausted}`;
}

function senderOf({ item }: Part): string {
  return item.work.message.accepted.envelope.reversePath?.text ?? '<>';
}

function namesOf({ connector, destination }: Part): { connector: string; destination?: string } {
  const domain = domainOfDestination(destination);
  return { connector, ...(domain !== undefined && { destination: domain }) };
}

/** In these the set-up is not to blame, whatever the stage at which they are met. */
const passing = new Set([
  'aad-loop',
  'aad-unavailable',
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
    if (recipient.kind === 'failed' && recipient.failure.alarm) return recipient.failure;
  }
  for (const recipient of recipients) {
    if (recipient.kind === 'relayed') return undefined;
    if (recipient.kind === 'failed' && isSetupFault(recipient.failure)) return recipient.failure;
  }
  return undefined;
}

function isSetupFault(failure: Failure): boolean {
  const { stage, code, aboutTheWay, retryAfterMs, alarm } = failure;
  if (alarm) return true;
  if (passing.has(code) || !isAboutTheWay(failure)) return false;
  // What says when to come back is a throttle and not a fault of anybody's set-up.
  if (retryAfterMs !== undefined) return false;
  return (
    stage === 'tls' || stage === 'login' || aboutTheWay === true || named.has(code) || code.startsWith('tls-')
  );
}
