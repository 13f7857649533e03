/**
 * Asks the simulator what every live session of the suite is asked: at each connection, and before each MAIL, RCPT and end of
 * content that a session handles, the same question goes to the simulator, and the two answers must be one. Compared are
 * replies, to the word.
 *
 * What the simulator cannot know is left out, and named here: how the session itself went (421), and rules about content
 * beyond size and header From. Put in place for all tests by witness-setup.ts.
 */
import { readFrom } from '../../src/accept/header-from.ts';
import { simulate } from '../../src/diagnostics/simulate.ts';
import { hear } from '../../src/diagnostics/simulate-words.ts';
import type { Judges, Simulation, SimulationQuestion } from '../../src/diagnostics/simulation.ts';
import type { handleEvent } from '../../src/listener/handle-event.ts';
import type { SessionCore } from '../../src/listener/session-core.ts';
import { engineOptionsFor } from '../../src/policy/engine-options.ts';
import type { RateBook } from '../../src/policy/rates.ts';
import { HeaderSection, lacksHeader, parseHeaderSection } from '../../src/protocol/mail/header-section.ts';
import type { ServerEvent } from '../../src/protocol/smtp/server/events.ts';
import type { SpfVerdict } from '../../src/protocol/spf/spf.ts';
import { listenToSpf, spfOf } from './witness-spf.ts';

type Handle = typeof handleEvent;
type Of<K extends ServerEvent['kind']> = Extract<ServerEvent, { kind: K }>;

/** What went differently; a test that leaves something here fails. */
export const disagreements: string[] = [];
export const compared = { decisions: 0 };

/** What is kept of one session beside what it keeps itself. */
interface Seen {
  /** The last reply, without its reference, and the rule of the refusal where there was one. */
  reply: string;
  rule: string | undefined;
  ref: string | undefined;
  content: Buffer[];
  contentBytes: number;
  spf: SpfVerdict | undefined;
}

const sessions = new WeakMap<SessionCore, Seen>();
/** By reference. Bounded, because whole test runs may share it. */
const rules = new Map<string, string>();
const headerBytesMax = 300_000;

export function witnessed(handle: Handle): Handle {
  return (core, event) => {
    const seen = seenOf(core);
    const check = expectation(core, event, seen);
    const done = handle(core, event);
    if (!check) return done;
    if (!done) check();
    return done?.then(check);
  };
}

/** Asks before the session does; what it returns compares afterwards. */
function expectation(core: SessionCore, event: ServerEvent, seen: Seen): (() => void) | undefined {
  if (event.kind === 'mail') return atMail(core, event, seen);
  if (event.kind === 'rcpt') return atRcpt(core, event, seen);
  if (event.kind === 'fault') return atFault(core, event, seen);
  if (event.kind === 'content-end') return atContentEnd(core, seen);
  if (event.kind === 'content-start') {
    seen.content = [];
    seen.contentBytes = 0;
  } else if (event.kind === 'content') {
    seen.contentBytes += event.bytes.length;
    if (seen.contentBytes <= headerBytesMax) seen.content.push(Buffer.from(event.bytes));
  }
  return undefined;
}

function atMail(core: SessionCore, { reversePath, parameters }: Of<'mail'>, seen: Seen) {
  const { size } = parameters;
  const question = { ...asked(core, reversePath), ...(size !== undefined && { bytes: size }) };
  const simulated = simulate(question, judgesOf(core));
  const isSpfAsked = simulated.stages.some(({ stage, verdict }) => stage === 'spf' && verdict === 'note');
  seen.spf = undefined;
  return (): void => {
    seen.spf = spfOf(core, reversePath);
    const { spf } = seen;
    const final =
      isSpfAsked && spf ? simulate({ ...question, spf }, { ...judgesOf(core), ...asJudged }) : simulated;
    // A stranger hears it at RCPT, unless a login is what is missing (RFC 4954 6).
    const refusal = refusalOf(final);
    const isLater = isStranger(final) && refusal?.startsWith('530') !== true;
    compare(core, seen, 'MAIL', isLater ? undefined : refusal, question);
  };
}

function atRcpt(core: SessionCore, { recipient }: Of<'rcpt'>, seen: Seen) {
  const { transaction } = core;
  if (transaction.kind !== 'envelope' && transaction.kind !== 'stranger') return undefined;
  const before = transaction.kind === 'envelope' ? transaction.recipients.map(({ address }) => address) : [];
  const question = {
    ...asked(core, transaction.reversePath),
    recipients: [...before, recipient],
  };
  const simulated = simulate(question, { ...judgesOf(core), ...asJudged });
  const own = isStranger(simulated)
    ? refusalOf(simulated)
    : simulated.stages.findLast(({ stage }) => stage === 'recipient' || stage === 'recipients')?.reply;
  return (): void => compare(core, seen, 'RCPT', own, question);
}

/** Names and addresses that no listener reads. */
function atFault(core: SessionCore, { verb, argument = '' }: Of<'fault'>, seen: Seen) {
  const path = /^(?:FROM|TO):<([\x21-\x7e]*)>$/i.exec(argument)?.[1];
  const isHello = verb === 'EHLO' && /^[\x20-\x7e]*$/.test(argument);
  if (path === undefined && !isHello) return undefined;
  const { options, client, policy } = core;
  const heard = hear(
    {
      ...(isHello && { helo: argument }),
      sender: verb === 'MAIL' ? (path ?? '') : '',
      recipients: verb === 'RCPT' ? [path ?? ''] : [],
    },
    engineOptionsFor({
      config: options.config,
      hostname: options.hostname,
      policy,
      client: { address: client.address, tls: client.tls !== undefined },
      at: core.now(),
    }),
  );
  const [recipient] = heard.recipients;
  const fault =
    heard.helo ?? heard.sender ?? (recipient && 'fault' in recipient ? recipient.fault : undefined);
  return (): void => {
    // Of a command at the wrong time nothing is read.
    if (seen.rule === 'order') return;
    compare(core, seen, verb, fault && `${fault.code} ${fault.enhanced} ${fault.text}`, argument);
  };
}

function atContentEnd(core: SessionCore, seen: Seen) {
  const { transaction } = core;
  if (transaction.kind !== 'content' || isPretended(core)) return undefined;
  const { envelope } = transaction;
  const header = headerOf(seen);
  if (!header) return undefined;
  const question = {
    ...asked(core, envelope.reversePath),
    recipients: envelope.recipients.map(({ address }) => address),
    from: readFrom(header),
    bytes: seen.contentBytes,
    ...(seen.spf && { spf: seen.spf }),
  };
  const simulated = refusalOf(simulate(question, { ...judgesOf(core), ...asJudged }));
  return (): void => {
    const isOther = seen.rule !== undefined && !/^(?:header-from|size)/.test(seen.rule);
    if (!isOther) compare(core, seen, 'content', simulated, question);
  };
}

function compare(
  core: SessionCore,
  seen: Seen,
  what: string,
  expected: string | undefined,
  question: unknown,
): void {
  const isRefused = /^[45]/.test(seen.reply);
  const live = isRefused ? seen.reply : undefined;
  // How the session went: too many errors or messages, or the relay is stopping.
  if (live?.startsWith('421') === true && live !== expected) return;
  // Nothing was answered: the client is gone.
  if (seen.reply === '') return;
  compared.decisions += 1;
  if (live === expected) return;
  disagreements.push(
    `${what} from ${core.client.address}: the session said ${live ?? 'yes'} (${seen.rule ?? 'no rule'}), the simulator ${expected ?? 'yes'}\n${JSON.stringify(question)}`,
  );
}

function asked(core: SessionCore, reversePath: SimulationQuestion['reversePath']): SimulationQuestion {
  return { facts: core.facts(), reversePath, recipients: [] };
}

/** The moment was judged at MAIL, and what was counted there is not judged again. */
const passed = { kind: 'accept', rule: 'witness', explanation: 'judged at MAIL' } as const;
const asJudged = { connection: () => passed, rate: () => passed, room: () => undefined };

function judgesOf(core: SessionCore): Judges {
  const { options, policy } = core;
  const { config, cutOver, acceptance } = options;
  const rates = options.rates as Partial<RateBook>;
  return {
    policy,
    listener: {
      name: config.name,
      tls: config.tls,
      messageBytes: config.limits.messageBytes,
      recipients: config.limits.recipients,
      spf: config.spf,
    },
    cutOver: cutOver?.current,
    // It is connected already; witness-admission.ts asks when it comes.
    admission: () => undefined,
    connection: (source) =>
      core.countedSource === source.name || !rates.wouldOpen
        ? passed
        : rates.wouldOpen(source.name, source.config.limits.connections),
    rate: (source) => (rates.wouldAdmit ? rates.wouldAdmit(source) : passed),
    room: (bytes) => acceptance.ready(bytes),
    rewrite: (_source, { reversePath, recipients }) => ({
      reversePath,
      recipients: recipients.map(({ address }) => address),
      changes: [],
    }),
  };
}

function refusalOf({ stages }: Simulation): string | undefined {
  return stages.find(({ verdict }) => verdict === 'refuse' || verdict === 'defer')?.reply;
}

function isStranger({ stages }: Simulation): boolean {
  const decided = stages.find(({ verdict }) => verdict === 'refuse' || verdict === 'defer')?.stage;
  return decided === 'recognition' || decided === 'login' || decided === 'tls';
}

/** Some tests put an acceptance in place that takes anything. */
function isPretended({ options }: SessionCore): boolean {
  return options.acceptance.constructor.name === 'FakeAcceptance';
}

/** `undefined`: it is not read here as the relay reads it, because it has other line ends or is too long. */
function headerOf({ content, contentBytes }: Seen): HeaderSection | undefined {
  if (contentBytes > headerBytesMax) return undefined;
  const text = Buffer.concat(content).toString('latin1');
  const end = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n') + 2;
  const section = end === 1 ? text : text.slice(0, end);
  if (/(?:^|[^\r])\n|\r(?!\n)|\0/.test(section)) return undefined;
  const parsed = parseHeaderSection(Buffer.from(section, 'latin1'));
  if (parsed.kind !== 'parsed') return undefined;
  return lacksHeader(parsed.header) ? new HeaderSection(Buffer.alloc(0), '', []) : parsed.header;
}

function seenOf(core: SessionCore): Seen {
  const known = sessions.get(core);
  if (known) {
    known.reply = '';
    known.rule = undefined;
    return known;
  }
  const seen: Seen = {
    reply: '',
    rule: undefined,
    ref: undefined,
    content: [],
    contentBytes: 0,
    spf: undefined,
  };
  sessions.set(core, seen);
  const { engine } = core;
  listen(core);
  const note = (reply: { code: number; enhanced?: string; text: string | readonly string[] }): void => {
    const text = [reply.text].flat().join(' ');
    const ref = / \(ref (\w+)\)$/.exec(text)?.[1];
    seen.rule = ref === undefined ? undefined : rules.get(ref);
    seen.reply = `${reply.code} ${reply.enhanced ?? ''} ${text.replace(/ \(ref \w+\)$/, '')}`;
  };
  const [reply, say] = [engine.reply.bind(engine), engine.say.bind(engine)];
  engine.reply = (given) => {
    note(given);
    reply(given);
  };
  engine.say = (given) => {
    note(given);
    say(given);
  };
  listenToSpf(core);
  return seen;
}

const heardEvents = new WeakSet<object>();

/** Refusals name their rule in the event, and the reply has the reference of it. */
function listen({ options }: SessionCore): void {
  const events = options.events as { emit: (event: { kind: string }) => void };
  if (heardEvents.has(events)) return;
  heardEvents.add(events);
  const emit = events.emit.bind(events);
  events.emit = (event) => {
    if (event.kind === 'refused') {
      const { ref, rule } = event as { kind: string; ref: string; rule: string };
      if (rules.size > 10_000) rules.clear();
      rules.set(ref, rule);
    }
    emit(event);
  };
}
