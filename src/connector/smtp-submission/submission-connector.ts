/**
 * Authenticated submission to a service of Microsoft, over the one SMTP client of the relay. What is certain beforehand
 * is said before the network is asked: recipients that the service never takes, and a token that cannot work.
 */
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { TenantFacts } from '../../config/route-defaults.ts';
import type { CredentialConfig, SubmissionService } from '../../config/route-schema.ts';
import type { Envelope, EnvelopeRecipient } from '../../message/envelope.ts';
import type { DeliveryOutcome, Failure, RecipientOutcome } from '../../message/outcome.ts';
import type { Connector, Delivery } from '../connector.ts';
import type { ConnectorEnvironment } from '../environment.ts';
import type { RouteTokens } from '../identity/route-tokens.ts';
import { createRouteTokens } from '../identity/route-tokens.ts';
import { tokenUnlessStopped } from '../identity/token-source.ts';
import { judgeOutcome } from '../judged-connector.ts';
import { sameForAll } from '../outcomes.ts';
import type { Route } from '../route.ts';
import type { Authenticate } from '../smtp/login.ts';
import { logIn } from '../smtp/login.ts';
import { SmtpConnector } from '../smtp/smtp-connector.ts';
import { externalRecipient } from './internal-only.ts';
import type { ServiceFacts } from './service.ts';
import { serviceFacts } from './service.ts';
import { xoauth2 } from './xoauth2.ts';

export interface SubmissionRoute {
  readonly service: SubmissionService;
  readonly host?: string | undefined;
  readonly port: number;
  readonly mailbox?: string | undefined;
  readonly credential: CredentialConfig;
}

/** Throws as `createConnector` does. */
export function createSubmissionConnector(
  route: SubmissionRoute,
  tenant: TenantFacts,
  config: ConnectorConfig,
  environment: ConnectorEnvironment,
): Connector {
  const facts = serviceFacts(route.service, tenant.cloud);
  const tokens = tokensOf(route, facts, config, environment);
  const smtp = new SmtpConnector(
    config,
    environment,
    hostRoute(route, facts, config, environment),
    tokens
      ? xoauth2(route.mailbox ?? '', tokens.source, facts.where)
      : passwordLogin(route.credential, environment, config.name),
  );
  return new SubmissionConnector({ smtp, facts, tenant, environment, ...(tokens && { tokens }) });
}

interface Parts {
  readonly smtp: SmtpConnector;
  readonly facts: ServiceFacts;
  readonly tenant: TenantFacts;
  readonly environment: ConnectorEnvironment;
  readonly tokens?: RouteTokens;
}

class SubmissionConnector implements Connector {
  readonly name: string;
  readonly attemptsMax: number;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.name = parts.smtp.name;
    this.attemptsMax = parts.smtp.attemptsMax;
    this.#parts = parts;
  }

  async attempt(delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome> {
    const { facts, tenant, smtp, tokens, environment } = this.#parts;
    const { recipients } = delivery.envelope;
    const refusals = recipients.map((recipient) => refusal(recipient, facts, tenant));
    const taken = recipients.filter((_, index) => !refusals[index]);
    if (taken.length === 0) return this.#outcome(refusals.map(failed));
    if (tokens) {
      const startedAt = environment.clock.now();
      const result = await tokenUnlessStopped(tokens.source.get(), signal);
      if (result.kind !== 'token') {
        return sameForAll(
          delivery,
          { connector: this.name, startedAt, endedAt: environment.clock.now() },
          result,
        );
      }
    }
    if (taken.length === recipients.length)
      return judgeOutcome(await smtp.attempt(delivery, signal), facts.where);
    const envelope: Envelope = { ...delivery.envelope, recipients: taken };
    const outcome = await smtp.attempt({ ...narrowed(delivery), envelope }, signal);
    const judged = judgeOutcome(outcome, facts.where).recipients.values();
    return {
      ...outcome,
      recipients: refusals.map((one) => (one ? failed(one) : (judged.next().value ?? { kind: 'not-tried' }))),
    };
  }

  idle(): void {
    this.#parts.smtp.idle();
  }

  limitConnections(connections: number): void {
    this.#parts.smtp.limitConnections(connections);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.smtp[Symbol.asyncDispose]();
    await this.#parts.tokens?.close();
  }

  #outcome(recipients: readonly RecipientOutcome[]): DeliveryOutcome {
    const now = this.#parts.environment.clock.now();
    return { connector: this.name, host: '', startedAt: now, endedAt: now, recipients };
  }
}

function refusal(
  { address }: EnvelopeRecipient,
  { internalOnly, title }: ServiceFacts,
  tenant: TenantFacts,
): Failure | undefined {
  return internalOnly ? externalRecipient(address, tenant, title) : undefined;
}

function failed(failure: Failure | undefined): RecipientOutcome {
  return failure ? { kind: 'failed', failure } : { kind: 'not-tried' };
}

/** `open` may be a method of the delivery's class. */
function narrowed(delivery: Delivery): Delivery {
  const { id, envelope, facts, inMemory } = delivery;
  return { id, envelope, facts, ...(inMemory && { inMemory }), open: () => delivery.open() };
}

export function hostRoute(
  { host: written, port }: SubmissionRoute,
  { host: known, title }: ServiceFacts,
  config: ConnectorConfig,
  { dns }: ConnectorEnvironment,
): Route {
  const host = (written ?? known)?.replace(/^\[(.*)\]$/, '$1');
  if (host === undefined) {
    throw new TypeError(`connector ${config.name}: ${title} is not known in this cloud; name its host`);
  }
  const targets = [{ host, port, resolve: () => dns.lookup(host, config.ipVersion) }];
  return {
    scope: 'connector',
    keyFor: () => '',
    targets: () => Promise.resolve({ kind: 'targets', targets }),
    refusal: () => undefined,
  };
}

export function tokensOf(
  { credential, mailbox }: SubmissionRoute,
  { token, title }: ServiceFacts,
  config: ConnectorConfig,
  environment: ConnectorEnvironment,
): RouteTokens | undefined {
  if (credential.type !== 'oauth') return undefined;
  if (!token) throw new TypeError(`connector ${config.name}: ${title} takes a password credential by SMTP`);
  if (mailbox === undefined) throw new TypeError(`connector ${config.name}: OAuth needs \`mailbox\``);
  return createRouteTokens(credential, token, config, environment);
}

export function passwordLogin(
  credential: CredentialConfig,
  { secrets }: ConnectorEnvironment,
  name: string,
): Authenticate | undefined {
  if (credential.type !== 'password') return undefined;
  const password = secrets.credential?.password;
  if (password === undefined) throw new TypeError(`connector ${name}: login without its password`);
  const { username } = credential;
  return (dialogue, mechanisms, timeoutMs) => logIn({ username, password }, dialogue, mechanisms, timeoutMs);
}
