/** The test bench of one relay: conversations with its listeners, its connectors and other hosts, and validations. */
import type { ConversationQuestion, ValidationQuestion, ValidationView } from '../../../contract/schemas.ts';
import type { Asker, TestBenchControl } from '../../admin/test-bench/test-bench-control.ts';
import { Problem } from '../../admin/problem.ts';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { ConnectorEnvironment, ConnectorSecrets } from '../../connector/environment.ts';
import { wayOf } from '../../connector/way/way.ts';
import type { KeptConversation } from '../../diagnostics/conversation/bench.ts';
import { Bench, conversationMsMax } from '../../diagnostics/conversation/bench.ts';
import { anyHostWay, withTestTimeouts } from '../../diagnostics/conversation/any-host.ts';
import { asText } from '../../diagnostics/conversation/as-text.ts';
import type { StreamTarget, WayTarget } from '../../diagnostics/conversation/hold.ts';
import { hold } from '../../diagnostics/conversation/hold.ts';
import { testMessage } from '../../diagnostics/conversation/test-message.ts';
import { validate } from '../../diagnostics/validation/validate.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { NewId } from '../../platform/random.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Mailbox, ReversePath } from '../../protocol/address.ts';
import { parseMailbox } from '../../protocol/address.ts';
import type { Store } from '../../store/store.ts';
import { ValidationBook } from './validation-book.ts';

export interface TestBenchParts {
  readonly environment: Omit<ConnectorEnvironment, 'secrets'>;
  readonly policy: { readonly current: Policy };
  readonly newId: NewId;
  readonly store: Pick<Store, 'document' | 'putDocument'>;
  readonly secretsOf: (connector: string) => ConnectorSecrets;
  /** The client's end of a session of a listener of ours. Throws Problem. */
  listenerTarget(asked: ListenerQuestion, question: ConversationQuestion): StreamTarget & { title: string };
}

export type ListenerQuestion = Extract<ConversationQuestion['target'], { kind: 'listener' }>;

interface Prepared {
  readonly target: StreamTarget | WayTarget;
  readonly title: string;
  readonly about: string;
  /** Gives back what the target holds. */
  readonly close: () => Promise<void>;
}

export async function openTestBench(parts: TestBenchParts): Promise<TestBenchControl> {
  const { environment, newId } = parts;
  const { clock, hostname } = environment;
  const bench = new Bench(clock, newId);
  const book = await ValidationBook.open(parts.store);
  const validating = new Set<string>();
  return {
    hold(question, asker) {
      const busy = bench.busy(asker.name);
      if (busy !== undefined) throw new Problem(429, 'Not now', busy);
      const sender = senderOf(question.sender);
      const recipient =
        question.recipient === undefined ? undefined : mailboxOf(question.recipient, 'recipient');
      if (question.send && (!recipient || sender === undefined)) {
        throw new Problem(
          400,
          'The request does not fit the schema',
          'a test message needs sender and recipient',
        );
      }
      const { target, title, about, close } = prepare(parts, question, asker);
      const content = question.send
        ? testMessage({
            from: question.sender === '<>' ? '' : question.sender,
            to: question.recipient ?? '',
            hostname,
            id: newId(clock.now()),
            by: asker.name,
            at: clock.now(),
            about,
          })
        : undefined;
      const events = bench.run({ by: asker.name, title, signal: asker.signal }, async ({ signal, told }) => {
        try {
          return await hold(target, { title, clock, sender, recipient, content, signal, told });
        } finally {
          await close();
        }
      });
      return viewed(events);
    },
    conversations: () => bench.kept.map(viewOf),
    async validate(name, question, asker) {
      const config = connectorOf(parts, name);
      if (validating.has(name))
        throw new Problem(409, 'Not possible now', `${name} is being validated already`);
      validating.add(name);
      try {
        const view = await validated(parts, config, question, asker);
        await book.put(view);
        return view;
      } finally {
        validating.delete(name);
      }
    },
    lastValidation: (name) => book.get(name),
  };
}

async function validated(
  { environment, newId, secretsOf }: TestBenchParts,
  config: ConnectorConfig,
  question: ValidationQuestion,
  asker: Asker,
): Promise<ValidationView> {
  const { clock, hostname } = environment;
  const at = clock.now();
  const from = question.from ?? usualSender(config, hostname);
  const result = await validate({
    config,
    environment: { ...environment, secrets: secretsOf(config.name) },
    from: mailboxOf(from, 'from'),
    to: mailboxOf(question.to, 'to'),
    canary: question.canary === undefined ? undefined : mailboxOf(question.canary, 'canary'),
    content: (sender) =>
      testMessage({
        from: sender,
        to: question.to,
        hostname,
        id: newId(at),
        by: asker.name,
        at,
        about: `the connector ${config.name}`,
      }),
    signal: AbortSignal.any([asker.signal, AbortSignal.timeout(conversationMsMax)]),
  });
  return { connector: config.name, at: formatInstant(at), by: asker.name, to: question.to, from, ...result };
}

function usualSender({ route, tenant }: ConnectorConfig, hostname: string): string {
  if ('mailbox' in route && route.mailbox !== undefined) return route.mailbox;
  return `postmaster@${tenant?.domain ?? tenant?.acceptedDomains[0] ?? hostname}`;
}

function prepare(parts: TestBenchParts, question: ConversationQuestion, asker: Asker): Prepared {
  const { environment } = parts;
  const { target } = question;
  switch (target.kind) {
    case 'listener': {
      const { title, ...stream } = parts.listenerTarget(target, question);
      return { target: stream, title, about: title, close: () => Promise.resolve() };
    }
    case 'connector': {
      const config = connectorOf(parts, target.name);
      const secrets = parts.secretsOf(target.name);
      const helo = question.helo === undefined ? {} : { heloName: question.helo };
      const way = withWords(() =>
        wayOf({ ...withTestTimeouts(config), ...helo }, { ...environment, secrets }),
      );
      const title = `Conversation with the next hop of the connector ${target.name}`;
      return {
        target: { kind: 'way', way, reach: 'policy' },
        title,
        about: `the connector ${target.name}`,
        close: () => way.close(),
      };
    }
    case 'host': {
      const way = withWords(() => anyHostWay({ ...target, helo: question.helo }, environment));
      const host = `${target.host}:${target.port}`;
      const reach = asker.role === 'administrator' ? 'administrator' : 'outside';
      return {
        target: { kind: 'way', way, reach },
        title: `Conversation with ${host}`,
        about: `the way to ${host}`,
        close: () => way.close(),
      };
    }
    default:
      return target satisfies never;
  }
}

function connectorOf({ policy }: TestBenchParts, name: string): ConnectorConfig {
  const rule = policy.current.connectors.get(name);
  if (rule) return rule.config;
  throw new Problem(404, 'Not found', `the policy has no connector ${name}`);
}

function withWords<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof TypeError) throw new Problem(400, 'That cannot be tried', error.message);
    throw error;
  }
}

function senderOf(text: string): ReversePath | undefined {
  if (text === '') return undefined;
  return text === '<>' ? null : mailboxOf(text, 'sender');
}

function mailboxOf(text: string, path: string): Mailbox {
  const parsed = parseMailbox(text);
  if (parsed.ok) return parsed.value;
  throw new Problem(400, 'The request does not fit the schema', undefined, [
    { severity: 'error', path, message: parsed.reason, expected: 'user@domain' },
  ]);
}

async function* viewed(events: ReturnType<Bench['run']>): ReturnType<TestBenchControl['hold']> {
  for await (const event of events) {
    yield event.kind === 'end' ? { kind: 'end', conversation: viewOf(event.conversation) } : event;
  }
}

function viewOf(kept: KeptConversation) {
  const at = formatInstant(kept.at);
  return { ...kept, at, text: asText(kept, at) };
}
