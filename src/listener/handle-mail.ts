/** MAIL: who is it, may it send as this, is there room, is it within its rates. */
import type { TraceEntry, QueueId } from '../message/message.ts';
import type { Source } from '../policy/policy.ts';
import { withCutOver } from '../policy/cut-over.ts';
import { recognise } from '../policy/recognise.ts';
import { judgeSender } from '../policy/sender.ts';
import { messageBytesMaxOf, recipientsMaxOf, tooLarge } from '../policy/size.ts';
import type { Refusal } from '../policy/verdict.ts';
import type { AnsweredEvent } from '../protocol/smtp/server/events.ts';
import { refuse, refuseAndEnd } from './refusal.ts';
import type { SessionCore } from './session-core.ts';

type MailEvent = Extract<AnsweredEvent, { kind: 'mail' }>;

export function handleMail(core: SessionCore, event: MailEvent): void {
  const { limits } = core.options.config;
  if (core.draining) {
    refuseAndEnd(core, shuttingDown, { stage: 'mail', sender: event.reversePath });
    return;
  }
  if (core.messages >= limits.messagesPerConnection) {
    refuseAndEnd(core, tooManyMessages(limits.messagesPerConnection), {
      stage: 'mail',
      sender: event.reversePath,
    });
    return;
  }
  const facts = core.facts();
  const recognition = withCutOver(recognise(core.policy, facts), facts, core.options.cutOver?.current);
  if (recognition.kind === 'stranger') {
    handleStranger(core, event, recognition.refusal, recognition.source);
    return;
  }
  const { source } = recognition;
  const details = { stage: 'mail', source: source.name, sender: event.reversePath };
  const connection = countConnection(core, source);
  if (connection !== undefined) {
    refuseAndEnd(core, connection, details);
    return;
  }
  const messageBytesMax = messageBytesMaxOf(source, limits);
  const refusal = judge(core, event, source, messageBytesMax);
  if (refusal !== undefined) {
    refuse(core, refusal, details);
    return;
  }
  const trace: TraceEntry = {
    at: facts.at,
    step: 'recognised',
    text: recognition.explanation,
    by: recognition.rule,
  };
  core.transaction = {
    kind: 'envelope',
    id: core.options.newId(facts.at) as QueueId,
    startedAt: facts.at,
    source,
    trace: [trace],
    reversePath: event.reversePath,
    parameters: event.parameters,
    recipients: [],
    recipientsMax: recipientsMaxOf(source, limits),
    messageBytesMax,
    ...(recognition.age?.kind === 'quarantine' ? { hold: recognition.age.text } : {}),
    refused: 0,
    beyondMax: 0,
  };
  core.engine.reply({ code: 250, enhanced: '2.1.0', text: 'Sender OK' });
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
    explanation: `the client has sent ${max} messages in one connection (limits.messagesPerConnection); a new connection may go on`,
  };
}
