/**
 * Faults of set-up that an administrator must hear of at once: TLS, certificate, login, permission. The first one is
 * told, not only the suspension that follows when it goes on; then nothing until it is another one or is over.
 */
import type { DeliveryOutcome, Exhausted, Failure, Stage } from '../message/outcome.ts';
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
/** Kept over a restart; the newest. */
const keptMax = 200;
/** No mail may ever go to that domain again; what is still wrong then is met anew. */
const keptMs = 7 * 86_400_000;

interface Trouble {
  readonly code: string;
  readonly toldAt: Instant;
  readonly isOver: boolean;
  /** Of one domain behind a connector. */
  readonly kept?: KeptTrouble;
}

/** A fault met on the way to one domain, as it is kept over a restart. */
export interface KeptTrouble {
  readonly connector: string;
  readonly destination: string;
  readonly host: string;
  readonly code: string;
  readonly stage: Stage;
  readonly text: string;
  readonly toldAt: Instant;
}

/** It outlasts a change of the connector's configuration, so that its end is told after the change that brought it. */
export class Troubles {
  readonly #events: Events;
  readonly #byWay = new Map<string, Trouble>();
  readonly #onKept: () => void;

  /** `onKept`: what is to be kept over a restart has changed. */
  constructor(events: Events, onKept: () => void) {
    this.#events = events;
    this.#onKept = onKept;
  }

  /**
   * Faults of single domains that are not over. That of a whole connector is over with its next success, which a restart
   * does not hide; here the success of another domain must not pass for it.
   */
  get kept(): readonly KeptTrouble[] {
    const open = [...this.#byWay.values()].filter(({ isOver }) => !isOver);
    return open.flatMap(({ kept }) => kept ?? []).slice(-keptMax);
  }

  /** Tells again what was not over before a restart. */
  restore(kept: readonly KeptTrouble[], now: Instant): void {
    for (const one of kept) {
      const { connector, destination, toldAt, ...fault } = one;
      if (now - toldAt > keptMs || this.#byWay.has(wayOf(one))) continue;
      this.#remember(wayOf(one), { code: one.code, toldAt, isOver: false, kept: one });
      this.#events.emit({ kind: 'connector-trouble', ...namesOf({ connector, destination }), ...fault });
    }
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
    const { connector, destination } = part;
    const isOfDomain = way === wayOf(part) && domainOfDestination(destination) !== undefined;
    const kept = { connector, destination, host, code, stage, text, toldAt: now };
    this.#remember(way, { code, toldAt: now, isOver: false, ...(isOfDomain && { kept }) });
    if (isOfDomain) this.#onKept();
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
    if (known.kept) this.#onKept();
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

type Way = Pick<Part, 'connector' | 'destination'>;

function wayOf({ connector, destination }: Way): string {
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

function namesOf({ connector, destination }: Way): { connector: string; destination?: string } {
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
