/**
 * Senders whose mail a connector does not take: no right to send as somebody, a blocked account, a domain that its own DMARC
 * policy refuses. Repeating it gets the mailbox blocked for all (5.2.252), and others can send, so this sender's mail
 * alone waits; one message of his tries again at the end.
 */
import type { DeliveryOutcome, Failure } from '../message/outcome.ts';
import type { Instant } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { Mailbox } from '../protocol/address.ts';
import type { Circumstances, Evidence, Gate, Suspension } from './suspension.ts';
import { afterAttempt, isOfTheFuture, open, probeStarted } from './suspension.ts';

type Suspended = Extract<Suspension, { kind: 'suspended' }>;

/** One refusal says it: the rights are the same for the next message. */
const failuresBefore = 1;
/** Beyond it the one stopped first is tried again. */
const sendersMax = 1_000;
/** While one message tries, the others look again after this time. */
const lookAgainMs = 10_000;

export interface SenderStop {
  readonly sender: string;
  readonly code: string;
  readonly reason: string;
  readonly since: Instant;
  readonly until: Instant;
}

/** As it is put on record. */
export interface KeptSenderStop {
  readonly sender: string;
  readonly since: Instant;
  readonly until: Instant;
  /** When `until` was chosen. */
  readonly asOf?: Instant | undefined;
  readonly rounds: number;
  readonly failure: Pick<Failure, 'scope' | 'permanence' | 'stage' | 'code' | 'text' | 'status'>;
}

/** A stop that began, went on for longer, or ended. */
export interface SenderChange {
  readonly sender: string;
  readonly stop: SenderStop | undefined;
}

export function senderKey(reversePath: Mailbox | null): string {
  return reversePath?.text.toLowerCase() ?? '<>';
}

export class SenderStops {
  readonly #bySender = new Map<string, Suspended>();

  get any(): boolean {
    return this.#bySender.size > 0;
  }

  gate(sender: string, now: Instant): Gate {
    const stop = this.#bySender.get(sender);
    if (!stop) return { kind: 'open' };
    const { failure, until, probing } = stop;
    if (until > now && !isOfTheFuture(stop, now)) return { kind: 'closed', until, failure, sender };
    if (probing) return { kind: 'closed', until: plus(now, lookAgainMs), failure, sender };
    return { kind: 'probe', underWay: false, failure };
  }

  /** `true`: this attempt tries whether the sender may send again. */
  begin(sender: string): boolean {
    const stop = this.#bySender.get(sender);
    if (!stop || stop.probing) return false;
    this.#bySender.set(sender, probeStarted(stop) as Suspended);
    return true;
  }

  /** `wasProbe`: what `begin` said. */
  end(
    sender: string,
    outcome: DeliveryOutcome,
    wasProbe: boolean,
    circumstances: Circumstances,
  ): SenderChange | undefined {
    const evidence = evidenceOf(outcome);
    const from = this.#bySender.get(sender);
    if (!from && evidence.kind !== 'broken') return undefined;
    const to = afterAttempt(from ?? open, evidence, wasProbe, circumstances, failuresBefore);
    if (to === from) return undefined;
    if (to.kind !== 'suspended') {
      this.#bySender.delete(sender);
      return from ? { sender, stop: undefined } : undefined;
    }
    this.#bySender.set(sender, to);
    if (this.#bySender.size > sendersMax) this.#forgetOldest();
    // A probe that told nothing leaves everything as it was.
    return from?.until === to.until ? undefined : { sender, stop: stopOf(sender, to) };
  }

  list(): readonly SenderStop[] {
    return Array.from(this.#bySender, ([sender, stop]) => stopOf(sender, stop));
  }

  /** By an operator: all may send again. */
  clear(): readonly SenderChange[] {
    const changes = Array.from(this.#bySender.keys(), (sender) => ({ sender, stop: undefined }));
    this.#bySender.clear();
    return changes;
  }

  /** By an operator: this one may send again. `undefined`: nothing stopped him. */
  resume(sender: string): SenderChange | undefined {
    return this.#bySender.delete(sender) ? { sender, stop: undefined } : undefined;
  }

  kept(): readonly KeptSenderStop[] {
    return Array.from(this.#bySender, ([sender, { since, until, asOf, rounds, failure }]) => {
      const { scope, permanence, stage, code, text, status } = failure;
      return {
        sender,
        since,
        until,
        ...(asOf === undefined ? {} : { asOf }),
        rounds,
        failure: { scope, permanence, stage, code, text, status },
      };
    });
  }

  /** What was found out before a restart. */
  bringBack(stops: readonly KeptSenderStop[]): void {
    for (const { sender, failure, asOf, ...stop } of stops) {
      this.#bySender.set(sender, {
        ...stop,
        ...(asOf === undefined ? {} : { asOf }),
        kind: 'suspended',
        probing: false,
        failure: { ...failure, aboutTheSender: true },
      });
    }
  }

  #forgetOldest(): void {
    for (const sender of this.#bySender.keys()) {
      this.#bySender.delete(sender);
      return;
    }
  }
}

function stopOf(sender: string, { failure, since, until }: Suspended): SenderStop {
  return { sender, code: failure.code, reason: failure.text, since, until };
}

/** What is relayed, were it to one recipient only, was sent with the right to. */
function evidenceOf({ recipients }: DeliveryOutcome): Evidence {
  let failure: Failure | undefined;
  for (const recipient of recipients) {
    if (recipient.kind === 'relayed') return { kind: 'works' };
    if (recipient.kind === 'failed' && recipient.failure.aboutTheSender) failure = recipient.failure;
  }
  return failure ? { kind: 'broken', level: 'connector', failure } : { kind: 'none' };
}
