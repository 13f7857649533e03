/**
 * Microsoft Graph sendMail with MIME. There is no envelope: graph-envelope.ts makes the header say what the envelope says,
 * or finds that it cannot. The return path is the mailbox, whoever MAIL FROM named, so bounces that come after the
 * acceptance arrive in its inbox.
 */
import type { Dispatcher } from 'undici';
import { cloudNamed } from '../../../microsoft365/clouds.ts';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { TenantFacts } from '../../config/route-defaults.ts';
import type { OAuthCredentialConfig } from '../../config/route-schema.ts';
import type { DeliveryOutcome, Failure, RecipientOutcome } from '../../message/outcome.ts';
import type { Clock } from '../../platform/clock.ts';
import { parseHeaderSection } from '../../protocol/mail/header-section.ts';
import type { Connector, Delivery } from '../connector.ts';
import type { ConnectorEnvironment } from '../environment.ts';
import { assertSafeUrl } from '../identity/credential.ts';
import { createHttpAgent } from '../identity/http-agent.ts';
import type { RouteTokens } from '../identity/route-tokens.ts';
import { createRouteTokens } from '../identity/route-tokens.ts';
import { tokenUnlessStopped } from '../identity/token-source.ts';
import { graphTokens } from '../identity/token-places.ts';
import { sameForAll } from '../outcomes.ts';
import { readContent, splitContent } from './graph-content.ts';
import { planGraphMessage } from './graph-envelope.ts';
import { graphPermissions } from './permissions.ts';
import { judgeAnswer } from './judge-answer.ts';
import { sendMail, sendMailUrl } from './send-mail.ts';

export interface GraphRoute {
  readonly mailbox: string;
  readonly credential: OAuthCredentialConfig;
  readonly endpoint?: string | undefined;
  readonly rewriteHeader: boolean;
  readonly largeMessages: 'draft' | 'fallback';
  /** Octets. */
  readonly draftBytes: number;
}

/** Throws as `createConnector` does. */
export function createGraphConnector(
  route: GraphRoute,
  tenant: TenantFacts,
  config: ConnectorConfig,
  environment: ConnectorEnvironment,
): Connector {
  const endpoint = assertSafeUrl(route.endpoint ?? `https://${cloudNamed(tenant.cloud).graph}`, 'endpoint');
  const { secrets } = environment;
  return new GraphConnector({
    name: config.name,
    clock: environment.clock,
    url: sendMailUrl(endpoint.href, route.mailbox),
    host: `${endpoint.hostname}:${endpoint.port || (endpoint.protocol === 'http:' ? '80' : '443')}`,
    rewriteHeader: route.rewriteHeader,
    bytesMax: config.limits.messageBytes ?? Infinity,
    tokens: createRouteTokens(
      route.credential,
      graphTokens(tenant.cloud),
      config,
      environment,
      graphPermissions(route),
    ),
    // Requests beyond this many wait in the agent's line.
    agent: createHttpAgent(config, {
      connections: config.limits.connections,
      secrets,
      viaProxy: true,
    }),
  });
}

interface Parts {
  readonly name: string;
  readonly clock: Clock;
  readonly url: string;
  /** `host:port`. */
  readonly host: string;
  readonly rewriteHeader: boolean;
  readonly bytesMax: number;
  readonly tokens: RouteTokens;
  readonly agent: Dispatcher;
}

class GraphConnector implements Connector {
  readonly name: string;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.name = parts.name;
    this.#parts = parts;
  }

  async attempt(delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome> {
    const { clock, host } = this.#parts;
    const startedAt = clock.now();
    const outcome = await this.#try(delivery, signal);
    return sameForAll(delivery, { connector: this.name, host, startedAt, endedAt: clock.now() }, outcome);
  }

  /** The agent lets idle connections go by itself. */
  idle(): void {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.agent.destroy();
    await this.#parts.tokens.close();
  }

  async #try(delivery: Delivery, signal: AbortSignal): Promise<RecipientOutcome> {
    const refusal = unfitFacts(delivery, this.#parts.bytesMax);
    if (refusal) return { kind: 'failed', failure: refusal };
    const content = await this.#content(delivery);
    if ('kind' in content) return content;
    if (signal.aborted) return { kind: 'not-tried' };
    return this.#send(content, signal);
  }

  /** The message as it is to be sent, or why it cannot be. */
  async #content(delivery: Delivery): Promise<Buffer | RecipientOutcome> {
    let content: Buffer;
    try {
      content = await readContent(delivery, delivery.facts.bytes);
    } catch (error) {
      const text = `the content could not be read from the store: ${(error as Error).message}`;
      return failed({
        ...messageFault('content-unreadable', text),
        permanence: 'transient',
        status: '4.3.0',
      });
    }
    const { header, rest } = splitContent(content);
    const parsed = parseHeaderSection(header);
    if (parsed.kind !== 'parsed') {
      return failed(unfit('its header has too many fields to be sure of its recipients'));
    }
    const plan = planGraphMessage(delivery.envelope, parsed.header, this.#parts);
    if (plan.kind === 'unfit') return failed(unfit(plan.reason));
    return Buffer.concat([...plan.header, rest]);
  }

  async #send(content: Buffer, signal: AbortSignal): Promise<RecipientOutcome> {
    const { tokens, url, agent, host, clock } = this.#parts;
    const first = await tokenUnlessStopped(tokens.source.get(), signal);
    if (first.kind !== 'token') return first;
    const request = { url, content, dispatcher: agent, signal };
    let answer = await sendMail({ ...request, token: first.token });
    if (answer.kind === 'answer' && answer.status === 401) {
      const second = await tokenUnlessStopped(tokens.source.renew(first.token), signal);
      if (second.kind !== 'token') return second;
      answer = await sendMail({ ...request, token: second.token });
    }
    return judgeAnswer(answer, { host, now: clock.now(), aborted: signal.aborted });
  }
}

function unfitFacts({ facts, envelope }: Delivery, bytesMax: number): Failure | undefined {
  if (facts.bytes > bytesMax) {
    const text = `the message has ${facts.bytes} octets, and \`limits.messageBytes\` of this connector is ${bytesMax}: larger ones do not pass Graph as they are`;
    return { ...messageFault('message-too-large', text), status: '5.3.4' };
  }
  if (envelope.requireTls) {
    // RFC 8689 4.2.1.
    const text = 'the sender asked for REQUIRETLS, which Graph cannot pass on';
    return { ...messageFault('requiretls-unsupported', text), status: '5.7.30' };
  }
  return facts.binary ? unfit('it holds line ends or octets that only BINARYMIME carries') : undefined;
}

function unfit(reason: string): Failure {
  const text = `the message cannot go by Graph without being changed: ${reason}; name a fallback connector, or set \`rewriteHeader\``;
  return messageFault('graph-envelope', text);
}

function messageFault(code: string, text: string): Failure {
  return {
    scope: 'message',
    permanence: 'permanent',
    stage: 'route',
    code,
    text,
    status: '5.6.0',
    otherRoute: true,
  };
}

function failed(failure: Failure): RecipientOutcome {
  return { kind: 'failed', failure };
}
