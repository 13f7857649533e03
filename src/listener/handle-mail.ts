/** MAIL: who is it, may it send as this, is there room, is it within its rates. */
import type { TraceEntry, QueueId } from '../message/message.ts';
import type { Source } from '../policy/policy.ts';
import { withCutOver } from '../policy/cut-over.ts';
import type { Recognition } from '../policy/recognise.ts';
import { recognise } from '../policy/recognise.ts';
import { judgeSpf, spfRuleFor } from '../policy/spf-verdict.ts';
import type { Instant } from '../platform/clock.ts';
import { receivedSpf } from '../protocol/spf/received-spf.ts';
import type { SpfVerdict } from '../protocol/spf/spf.ts';
import { judgeSender } from '../policy/sender.ts';
import { messageBytesMaxOf, recipientsMaxOf, tooLarge } from '../policy/size.ts';
import type { Refusal } from '../policy/verdict.ts';
import type { AnsweredEvent } from '../protocol/smtp/server/events.ts';
import { refuse, refuseAndEnd } from './refusal.ts';
import type { SessionCore } from './session-core.ts';
import { countOf } from '../platform/words.ts';

type MailEvent = Extract<AnsweredEvent, { kind: 'mail' }>;

/** Returns a promise where SPF must be asked first. */
export function handleMail(core: SessionCore, event: MailEvent): Promise<void> | undefined {
  const { limits } = core.options.config;
  if (core.draining) {
    refuseAndEnd(core, shuttingDown, { stage: 'mail', sender: event.reversePath });
    return undefined;
  }
  if (core.messages >= limits.messagesPerConnection) {
    refuseAndEnd(core, tooManyMessages(limits.messagesPerConnection), {
      stage: 'mail',
      sender: event.reversePath,
    });
    return undefined;
  }
  const facts = core.facts();
  const recognition = withCutOver(recognise(core.policy, facts), facts, core.options.cutOver?.current);
  if (recognition.kind === 'stranger') {
    handleStranger(core, event, recognition.refusal, recognition.source);
    return undefined;
  }
  const { source } = recognition;
  const details = { stage: 'mail', source: source.name, sender: event.reversePath };
  const connection = countConnection(core, source);
  if (connection !== undefined) {
    refuseAndEnd(core, connection, details);
    return undefined;
  }
  const messageBytesMax = messageBytesMaxOf(source, limits);
  const refusal = judge(core, event, source, messageBytesMax);
  if (refusal !== undefined) {
    refuse(core, refusal, details);
    return undefined;
  }
  const begin = (spf?: SpfFound): void => {
    beginTransaction(core, event, { recognition, at: facts.at, messageBytesMax, spf });
  };
  const spf = spfRuleFor(core.policy, source, facts, core.options.config);
  if (!spf) {
    begin();
    return undefined;
  }
  return askSpf(core, event, source).then((found) => {
    // The client may be gone, or the session over, by now.
    if (core.ending !== undefined) return;
    const spfRefusal = judgeSpf(spf, found.verdict);
    if (spfRefusal) refuse(core, spfRefusal, details);
    else begin(found);
  });
}

interface SpfFound {
  readonly verdict: SpfVerdict;
  readonly field: string;
}

function beginTransaction(
  core: SessionCore,
  event: MailEvent,
  given: {
    readonly recognition: Extract<Recognition, { kind: 'source' }>;
    readonly at: Instant;
    readonly messageBytesMax: number;
    readonly spf: SpfFound | undefined;
  },
): void {
  const { recognition, at, messageBytesMax, spf } = given;
  const { source } = recognition;
  const trace: TraceEntry = {
    at,
    step: 'recognised',
    text: recognition.explanation,
    by: recognition.rule,
  };
  core.transaction = {
    kind: 'envelope',
    id: core.options.newId(at) as QueueId,
    startedAt: at,
    source,
    trace: spf ? [trace, spfTrace(spf, at)] : [trace],
    ...(spf && { receivedSpf: spf.field }),
    reversePath: event.reversePath,
    parameters: event.parameters,
    recipients: [],
    recipientsMax: recipientsMaxOf(source, core.options.config.limits),
    messageBytesMax,
    ...(recognition.age?.kind === 'quarantine' ? { hold: recognition.age.text } : {}),
    refused: 0,
    beyondMax: 0,
  };
  core.engine.reply({ code: 250, enhanced: '2.1.0', text: 'Sender OK' });
}

async function askSpf(core: SessionCore, { reversePath }: MailEvent, source: Source): Promise<SpfFound> {
  const question = {
    address: core.client.address,
    helo: core.helo,
    sender: reversePath === null ? '' : `${reversePath.localPart}@${reversePath.domainKey}`,
    receiver: core.options.hostname,
  };
  const { spf } = core.options;
  if (!spf) throw new Error(`the source ${source.name} asks for SPF, and this listener has none`);
  const verdict = await spf(question);
  return { verdict, field: receivedSpf(verdict, { ...question, now: core.now() }) };
}

function spfTrace({ verdict }: SpfFound, at: Instant): TraceEntry {
  const { result, domain, mechanism } = verdict;
  const text = `SPF of ${domain}: ${result}${mechanism === undefined ? '' : ` by ${mechanism}`}`;
  return { at, step: 'accepted', by: 'spf', text };
}

/** In the order of cost to the client; the message is counted last, when nothing else speaks against it. */
function judge(
  core: SessionCore,
  event: MailEvent,
  source: Source,
  messageBytesMax: number,
): Refusal | undefined {
  const sender = judgeSender(source, event.reversePath);
  if (sender.kind !== 'accept') return sender;
  const { size } = event.parameters;
  if (size !== undefined && size > messageBytesMax) return tooLarge(messageBytesMax, size);
  const room = core.options.acceptance.ready(size);
  if (room !== undefined) return room;
  const rate = core.options.rates.admit(source);
  return rate.kind === 'accept' ? undefined : rate;
}

// RFC 4954 6: 530 tells at MAIL what is missing. Everybody else learns nothing before RCPT, and the trace learns more.
function handleStranger(
  core: SessionCore,
  event: MailEvent,
  refusal: Refusal,
  source: Source | undefined,
): void {
  if (refusal.code === 530) {
    refuse(core, refusal, {
      stage: 'mail',
      sender: event.reversePath,
      ...(source === undefined ? {} : { source: source.name }),
    });
    return;
  }
  core.transaction = {
    kind: 'stranger',
    refusal,
    reversePath: event.reversePath,
    startedAt: core.now(),
  };
  core.engine.reply({ code: 250, enhanced: '2.1.0', text: 'Sender OK' });
}

/** Counts the connection with the source it turned out to be; a refusal when that has too many. */
function countConnection(core: SessionCore, source: Source): Refusal | undefined {
  if (core.countedSource === source.name) return undefined;
  const { rates } = core.options;
  const verdict = rates.connectionOpened(source.name, source.config.limits.connections);
  if (verdict.kind !== 'accept') return verdict;
  if (core.countedSource !== undefined) rates.connectionClosed(core.countedSource);
  core.countedSource = source.name;
  tellRecognised(core, source.name);
  return undefined;
}

function tellRecognised({ client, login, options }: SessionCore, source: string): void {
  const { address, tls, certificate } = client;
  options.events.emit({
    kind: 'recognised',
    source,
    address,
    listener: options.config.name,
    ...(tls && { tls: tls.version, cipher: tls.cipher }),
    ...(login && { login: login.username }),
    ...(certificate && { certificate: certificate.fingerprint }),
  });
}

const shuttingDown: Refusal = {
  kind: 'defer',
  code: 421,
  enhanced: '4.3.2',
  text: 'Service shutting down',
  rule: 'shutdown',
  explanation: 'the relay is stopping and takes no new message; the client may send it again later',
};

function tooManyMessages(max: number): Refusal {
  return {
    kind: 'defer',
    code: 421,
    enhanced: '4.7.0',
    text: 'Too many messages in one connection',
    rule: 'messages',
    explanation: `the client has sent ${countOf(max, 'message')} in one connection (limits.messagesPerConnection); a new connection may go on`,
  };
}
