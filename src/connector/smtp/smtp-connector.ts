/** The connector over SMTP, for every route that ends in host names. */
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { EnvelopeRecipient } from '../../message/envelope.ts';
import type { DeliveryOutcome, Failure, RecipientOutcome } from '../../message/outcome.ts';
import type { Instant } from '../../platform/clock.ts';
import type { Connector, Delivery } from '../connector.ts';
import type { ConnectorEnvironment } from '../environment.ts';
import type { Route } from '../route.ts';
import { Attempt } from './attempt.ts';
import type { Authenticate } from './login.ts';
import { HostMemory, openAny } from './open-any.ts';
import { Pool } from './pool.ts';
import { runAheadMax } from './session.ts';
import type { SmtpSettings } from './settings.ts';
import { smtpSettings } from './settings.ts';

export class SmtpConnector implements Connector {
  readonly name: string;
  readonly attemptsMax: number;
  readonly #settings: SmtpSettings;
  readonly #route: Route;
  readonly #pool: Pool;
  readonly #memory: HostMemory;

  /** Throws as `createConnector` does. */
  constructor(
    config: ConnectorConfig,
    environment: ConnectorEnvironment,
    route: Route,
    authenticate?: Authenticate,
  ) {
    this.name = config.name;
    this.attemptsMax = config.limits.connections * runAheadMax;
    this.#settings = smtpSettings(config, environment, route.scope, authenticate);
    this.#route = route;
    const memory = new HostMemory(environment.clock);
    this.#memory = memory;
    this.#pool = new Pool(this.#settings, async (key, signal) =>
      openAny(await route.targets(key), this.#settings, memory, signal),
    );
  }

  attempt(delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome> {
    const refusal = this.#refusal(delivery);
    const startedAt = this.#settings.clock.now();
    if (refusal) {
      const failed: RecipientOutcome = { kind: 'failed', failure: refusal };
      return Promise.resolve({
        connector: this.name,
        host: '',
        startedAt,
        endedAt: startedAt,
        recipients: delivery.envelope.recipients.map(() => failed),
      });
    }
    return new Attempt({
      connector: this.name,
      delivery,
      signal,
      clock: this.#settings.clock,
      recipientsMax: this.#settings.limits.recipientsPerMessage,
      routeScope: this.#settings.routeScope,
      keyFor: (recipient: EnvelopeRecipient) => this.#route.keyFor(recipient),
      submit: (job) => this.#pool.submit(job),
    }).run();
  }

  idle(): void {
    this.#pool.sweep();
  }

  limitConnections(connections: number): void {
    this.#pool.limit(connections);
  }

  /**
   * The host (`host:port`) refused an attempt because it came over IPv6: for an hour it is reached over IPv4 where it has such an
   * address. `true`: the next attempt goes another way than this one, which began at `startedAt`.
   */
  goOverIpv4(host: string, startedAt: Instant): boolean {
    if (!this.#memory.refusedIpv6(host, startedAt)) return false;
    this.#pool.renew(host);
    return true;
  }

  /** What comes next goes by connections that are opened after this; `host:port`. */
  leave(host: string): void {
    this.#pool.renew(host);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool.close();
  }

  #refusal({ envelope, facts }: Delivery): Failure | undefined {
    const { messageBytes } = this.#settings.limits;
    if (messageBytes === undefined || facts.bytes <= messageBytes) return this.#route.refusal(envelope);
    return {
      scope: 'message',
      permanence: 'permanent',
      stage: 'route',
      code: 'message-too-large',
      text: `the message has ${facts.bytes} octets, and \`limits.messageBytes\` of this connector is ${messageBytes}`,
      status: '5.3.4',
    };
  }
}
