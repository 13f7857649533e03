/**
 * Says that the client certificate of a connector has ended, where the way is refused meanwhile. Exchange Online takes an
 * ended certificate for none and answers as it does to anybody; the words of its reply name everything but that. Mail is
 * tried all the same: the tenant may admit the public address as well.
 */
import { X509Certificate } from 'node:crypto';
import type { DeliveryOutcome, RecipientOutcome } from '../../message/outcome.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Connector, Delivery } from '../connector.ts';
import type { PacedConnector } from './replaced-host.ts';

export class CertificateNote implements Connector {
  readonly name: string;
  readonly attemptsMax: number;
  readonly #inner: PacedConnector;
  readonly #clock: Clock;
  readonly #endsAt: number;
  readonly #end: string;

  /** `certificate`: PEM, the leaf first. Throws where it cannot be read. */
  constructor(inner: PacedConnector, certificate: string, clock: Clock) {
    this.name = inner.name;
    this.attemptsMax = inner.attemptsMax;
    this.#inner = inner;
    this.#clock = clock;
    this.#end = new X509Certificate(certificate).validTo;
    this.#endsAt = Date.parse(this.#end);
  }

  async attempt(delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome> {
    const outcome = await this.#inner.attempt(delivery, signal);
    if (this.#clock.now() <= this.#endsAt) return outcome;
    return { ...outcome, recipients: outcome.recipients.map((one) => this.#noted(one)) };
  }

  limitConnections(connections: number): void {
    this.#inner.limitConnections(connections);
  }

  idle(): void {
    this.#inner.idle();
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#inner[Symbol.asyncDispose]();
  }

  #noted(outcome: RecipientOutcome): RecipientOutcome {
    if (outcome.kind !== 'failed' || outcome.failure.aboutTheWay !== true) return outcome;
    const { failure } = outcome;
    const note = `the client certificate of this connector (\`route.certificate\`) expired on ${this.#end} and counts as none: put a new one in its place`;
    return { ...outcome, failure: { ...failure, text: `${note}. ${failure.text}` } };
  }
}
