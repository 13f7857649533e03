/** A connector that does what a test says, and remembers what it was asked. */
import type { Connector, Delivery } from '../../connector/connector.ts';
import type { DeliveryOutcome, RecipientOutcome } from '../../message/outcome.ts';
import type { Clock } from '../../platform/clock.ts';
import { testReply } from './messages.ts';

/** One outcome for all recipients, or one for each. */
export type Scripted = RecipientOutcome | readonly RecipientOutcome[];
export type Script = (delivery: Delivery, signal: AbortSignal) => Scripted | Promise<Scripted>;

export const relayed: RecipientOutcome = {
  kind: 'relayed',
  reply: testReply(250, '2.0.0', 'queued'),
  dsnPassedOn: false,
};

export class ScriptedConnector implements Connector {
  readonly name: string;
  attemptsMax?: number;
  readonly #clock: Clock;
  script: Script;
  readonly attempts: { readonly id: string; readonly recipients: readonly string[]; readonly at: number }[] =
    [];
  active = 0;
  activeMost = 0;
  idleCalls = 0;
  isDisposed = false;

  constructor(name: string, clock: Clock, script: Script = () => relayed) {
    this.name = name;
    this.#clock = clock;
    this.script = script;
  }

  async attempt(delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome> {
    const startedAt = this.#clock.now();
    const { recipients } = delivery.envelope;
    this.attempts.push({
      id: delivery.id,
      recipients: recipients.map(({ address }) => address.text),
      at: startedAt,
    });
    this.active++;
    this.activeMost = Math.max(this.activeMost, this.active);
    try {
      const scripted = await this.script(delivery, signal);
      const outcomes = 'kind' in scripted ? recipients.map(() => scripted) : scripted;
      return {
        connector: this.name,
        host: `${this.name}.example:25`,
        startedAt,
        endedAt: this.#clock.now(),
        recipients: outcomes,
      };
    } finally {
      this.active--;
    }
  }

  idle(): void {
    this.idleCalls++;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isDisposed = true;
  }
}
