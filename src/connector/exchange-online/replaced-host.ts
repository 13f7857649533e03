/**
 * A host that DNS names no longer for the tenant has no say about its mail. Microsoft moves tenants between MX hosts, and a
 * connection to the old one may outlast the change: it then answers `550 5.4.1 Recipient address rejected: Access denied` as to
 * an address that does not exist (Directory-Based Edge Blocking). Such a refusal is held, and the mail goes to the new host.
 */
import type { DeliveryOutcome, Failure, RecipientOutcome } from '../../message/outcome.ts';
import type { Connector, Delivery } from '../connector.ts';
import type { Route } from '../route.ts';

export interface PacedConnector extends Connector {
  readonly attemptsMax: number;
  limitConnections(connections: number): void;
}

export interface ReplacedHostOptions {
  readonly route: Pick<Route, 'targets'>;
  /** The next mail goes by new connections; `host:port`. */
  readonly leave: (host: string) => void;
}

export class ReplacedHost implements PacedConnector {
  readonly name: string;
  readonly attemptsMax: number;
  readonly #inner: PacedConnector;
  readonly #options: ReplacedHostOptions;

  constructor(inner: PacedConnector, options: ReplacedHostOptions) {
    this.name = inner.name;
    this.attemptsMax = inner.attemptsMax;
    this.#inner = inner;
    this.#options = options;
  }

  async attempt(delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome> {
    const outcome = await this.#inner.attempt(delivery, signal);
    if (signal.aborted || !outcome.recipients.some(wouldBounce)) return outcome;
    const found = await this.#options.route.targets('');
    // Where DNS does not answer nothing is known of the host, and its word stands.
    if (found.kind === 'failed') return outcome;
    if (found.targets.some(({ host, port }) => `${host}:${port}` === outcome.host)) return outcome;
    this.#options.leave(outcome.host);
    const names = found.targets.map(({ host }) => host).join(', ');
    const recipients = outcome.recipients.map((one) => (wouldBounce(one) ? held(one, names) : one));
    return { ...outcome, recipients };
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
}

type Refused = Extract<RecipientOutcome, { kind: 'failed' }>;

/** By the word of the host. */
function wouldBounce(outcome: RecipientOutcome): outcome is Refused {
  if (outcome.kind !== 'failed') return false;
  const { permanence, scope, reply } = outcome.failure;
  return permanence === 'permanent' && scope !== 'connector' && reply !== undefined;
}

function held({ failure }: Refused, names: string): Refused {
  const { reply, stage, text } = failure;
  const instead: Failure = {
    scope: 'message',
    permanence: 'transient',
    stage,
    code: 'mx-host-replaced',
    text: `the host that refused it is no longer the MX of the tenant, which is ${names} now, so the mail goes there: ${text}`,
    // RFC 3463 3.5: X.4.4, unable to route.
    status: '4.4.4',
    ...(reply && { reply }),
  };
  return { kind: 'failed', failure: instead };
}
