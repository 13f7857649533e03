/**
 * Microsoft Graph sendMail with MIME. There is no envelope: graph-envelope.ts makes the header say what the envelope says,
 * or finds that it cannot. The return path is the mailbox, whoever MAIL FROM named, so bounces that come after the
 * acceptance arrive in its inbox.
 */
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
import type { HttpAgent } from '../identity/http-agent.ts';
import { createHttpAgent, proxyNote } from '../identity/http-agent.ts';
import type { RouteTokens } from '../identity/route-tokens.ts';
import { createRouteTokens } from '../identity/route-tokens.ts';
import { judgePermission } from '../identity/token-need.ts';
import { graphTokens } from '../identity/token-places.ts';
import { sameForAll } from '../outcomes.ts';
import { chooseAttachments } from './attachments.ts';
import { sendAsDraft } from './draft.ts';
import { readContent, splitContent } from './graph-content.ts';
import { planGraphMessage } from './graph-envelope.ts';
import type { DraftResult } from './judge-draft.ts';
import { judgeDraft } from './judge-draft.ts';
import { messageFault, unfit } from './message-fault.ts';
import { graphPermissions, readWrite } from './permissions.ts';
import { judgeAnswer } from './judge-answer.ts';
import { messagesUrl, sendMail, sendMailUrl } from './send-mail.ts';
import { withoutAttachments } from './rebuild.ts';
import { withToken } from './with-token.ts';

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
    way: proxyNote(config),
    rewriteHeader: route.rewriteHeader,
    bytesMax: config.limits.messageBytes ?? Infinity,
    ...(route.largeMessages === 'draft' && {
      drafts: { url: messagesUrl(endpoint.href, route.mailbox), bytesMax: route.draftBytes },
    }),
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

interface Drafts {
  readonly url: string;
  readonly bytesMax: number;
}

interface Parts {
  readonly name: string;
  readonly clock: Clock;
  readonly url: string;
  /** `host:port`. */
  readonly host: string;
  readonly way: string;
  readonly rewriteHeader: boolean;
  readonly bytesMax: number;
  /** Absent: larger messages go another way. */
  readonly drafts?: Drafts;
  readonly tokens: RouteTokens;
  readonly agent: HttpAgent;
}

class GraphConnector implements Connector {
  readonly name: string;
  readonly #parts: Parts;
  #draftTurn: Promise<void> = Promise.resolve();

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
    await Promise.all([this.#parts.agent.close(), this.#parts.tokens.close()]);
  }

  async #try(delivery: Delivery, signal: AbortSignal): Promise<RecipientOutcome> {
    const { bytesMax, drafts } = this.#parts;
    const isLarge = drafts !== undefined && delivery.facts.bytes > bytesMax;
    const refusal = unfitFacts(delivery, isLarge ? drafts.bytesMax : bytesMax);
    if (refusal) return failed(refusal);
    if (!isLarge) return this.#sendMail(delivery, signal);
    // One at a time, because each is held in memory as a whole.
    const before = this.#draftTurn;
    const turn = Promise.withResolvers<void>();
    this.#draftTurn = turn.promise;
    const isMine = await unlessStopped(before, signal);
    try {
      return isMine ? await this.#sendDraft(delivery, drafts, signal) : { kind: 'not-tried' };
    } finally {
      // Who gave up waiting lets the next one wait for whom it waited for.
      void before.then(turn.resolve);
    }
  }

  async #sendMail(delivery: Delivery, signal: AbortSignal): Promise<RecipientOutcome> {
    const message = await this.#read(delivery);
    if ('kind' in message) return message;
    if (signal.aborted) return { kind: 'not-tried' };
    const content = Buffer.concat([...message.header, message.content.subarray(message.headerBytes)]);
    const { url, agent, host, way, clock } = this.#parts;
    const answer = await withToken(this.#parts.tokens.source, signal, async (token) => {
      const given = await sendMail({ url, content, dispatcher: agent.dispatcher, signal, token });
      return { value: given, answer: given };
    });
    if ('failed' in answer) return answer.failed;
    return judgeAnswer(answer.value, { host, way, now: clock.now(), aborted: signal.aborted });
  }

  async #sendDraft(delivery: Delivery, drafts: Drafts, signal: AbortSignal): Promise<RecipientOutcome> {
    if (signal.aborted) return { kind: 'not-tried' };
    const message = await this.#read(delivery);
    if ('kind' in message) return message;
    const { agent, host, way, clock, bytesMax, tokens } = this.#parts;
    const extraction = await chooseAttachments(message.content, bytesMax);
    if (extraction.kind === 'unfit') return failed(unfit(extraction.reason));
    const { attachments } = extraction;
    const { content, headerBytes, header } = message;
    const skeleton = withoutAttachments(content, headerBytes, header, attachments);
    const recipients = new Set(delivery.envelope.recipients.map(({ address }) => address.key));
    const request = {
      url: drafts.url,
      skeleton,
      content,
      attachments,
      recipients,
      dispatcher: agent.dispatcher,
      clock,
    };
    const result = await withToken<DraftResult>(tokens.source, signal, async (token) => {
      const mismatch = judgePermission(token, tokens.need, readWrite);
      if (mismatch) return { value: { kind: 'forbidden', mismatch } };
      const value = await sendAsDraft({ ...request, bearer: token.value, signal });
      return value.kind === 'unfit' ? { value } : { value, answer: value.answer };
    });
    if ('failed' in result) return result.failed;
    const place = { host, way, now: clock.now(), aborted: signal.aborted };
    return judgeDraft(result.value, attachments.length, place);
  }

  /** The message with its header as it is to be sent, or why it cannot be. */
  async #read(delivery: Delivery): Promise<PlannedMessage | RecipientOutcome> {
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
    const { header } = splitContent(content);
    const parsed = parseHeaderSection(header);
    if (parsed.kind !== 'parsed') {
      return failed(unfit('its header has too many fields to be sure of its recipients'));
    }
    const plan = planGraphMessage(delivery.envelope, parsed.header, this.#parts);
    if (plan.kind === 'unfit') return failed(unfit(plan.reason));
    return { content, header: plan.header, headerBytes: header.length };
  }
}

/** False: it was called off first. `before` never rejects. */
function unlessStopped(before: Promise<void>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const stop = (): void => resolve(false);
    signal.addEventListener('abort', stop, { once: true });
    void before.then(() => {
      signal.removeEventListener('abort', stop);
      resolve(true);
    });
  });
}

interface PlannedMessage {
  readonly content: Buffer;
  readonly header: readonly Buffer[];
  /** Of `content`. */
  readonly headerBytes: number;
}

function unfitFacts({ facts, envelope }: Delivery, bytesMax: number): Failure | undefined {
  if (facts.bytes > bytesMax) {
    const text = `the message has ${facts.bytes} octets, and this connector takes ${bytesMax} (\`limits.messageBytes\`, or \`draftBytes\` of its route with \`largeMessages: draft\`)`;
    return { ...messageFault('message-too-large', text), status: '5.3.4' };
  }
  if (envelope.requireTls) {
    // RFC 8689 4.2.1.
    const text = 'the sender asked for REQUIRETLS, which Graph cannot pass on';
    return { ...messageFault('requiretls-unsupported', text), status: '5.7.30' };
  }
  return facts.binary ? unfit('it holds line ends or octets that only BINARYMIME carries') : undefined;
}

function failed(failure: Failure): RecipientOutcome {
  return { kind: 'failed', failure };
}
