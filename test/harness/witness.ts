/**
 * Asks the simulator what every live session of the suite is asked: at each connection, and before each MAIL, RCPT and end of
 * content that a session handles, the same question goes to the simulator, and the two answers must be one. Compared are
 * replies, to the word. A content is judged whole, whatever its size.
 *
 * What no question can hold is left alone, and counted: see `LeftAlone` of witness-record.ts. Put in place for all tests by
 * witness-setup.ts.
 */
import { simulate } from '../../src/diagnostics/simulate.ts';
import { hear } from '../../src/diagnostics/simulate-words.ts';
import type { SimulationQuestion } from '../../src/diagnostics/simulation.ts';
import type { handleEvent } from '../../src/listener/handle-event.ts';
import type { SessionCore } from '../../src/listener/session-core.ts';
import { engineOptionsFor } from '../../src/policy/engine-options.ts';
import type { ServerEvent } from '../../src/protocol/smtp/server/events.ts';
import type { SpfVerdict } from '../../src/protocol/spf/spf.ts';
import type { Answer } from './witness-hearing.ts';
import { listenTo } from './witness-hearing.ts';
import type { ContentWatch } from './witness-judges.ts';
import { asJudged, asked, isStranger, judgesOf, refusalOf, watchContent } from './witness-judges.ts';
import type { Decision } from './witness-record.ts';
import { tell } from './witness-record.ts';
import { listenToSpf, spfOf } from './witness-spf.ts';

type Handle = typeof handleEvent;
type Of<K extends ServerEvent['kind']> = Extract<ServerEvent, { kind: K }>;

/** What is kept of one session beside what it keeps itself. */
interface Seen {
  readonly answer: Answer;
  content: ContentWatch | undefined;
  spf: SpfVerdict | undefined;
}

const sessions = new WeakMap<SessionCore, Seen>();

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
  switch (event.kind) {
    case 'mail':
      return atMail(core, event, seen);
    case 'rcpt':
      return atRcpt(core, event, seen);
    case 'fault':
      return atFault(core, event, seen);
    case 'content-start':
      seen.content = core.transaction.kind === 'envelope' ? watchContent(core, core.transaction) : undefined;
      return undefined;
    case 'content':
      seen.content?.push(event.bytes);
      return undefined;
    case 'chunk-end':
      return atChunkEnd(core, seen);
    case 'content-end':
      return atContentEnd(core, seen);
    case 'answer':
    case 'auth':
    case 'cut-off':
    case 'hello':
    case 'quit':
    case 'reset':
    case 'starttls':
      return undefined;
    default:
      return event satisfies never;
  }
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
  const question = { ...asked(core, transaction.reversePath), recipients: [...before, recipient] };
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
    if (seen.answer.rule === 'order') tell({ kind: 'left-alone', reason: 'order' });
    else compare(core, seen, 'words', fault && `${fault.code} ${fault.enhanced} ${fault.text}`, argument);
  };
}

/** After a chunk of BDAT it is told that the size is too large, and nothing else. */
function atChunkEnd(core: SessionCore, seen: Seen) {
  const { content } = seen;
  if (core.transaction.kind !== 'content' || !content) return undefined;
  const question = questionOf(content, seen);
  const { stages } = simulate(question, { ...judgesOf(core), ...asJudged });
  const size = stages.find(({ stage }) => stage === 'size')?.reply;
  return (): void => compare(core, seen, 'content', size, question);
}

/** What the store or the memory said while the content came. */
const ofStore = new Set(['disk-full', 'store-failing', 'bytes-in-flight', 'aborted']);

function atContentEnd(core: SessionCore, seen: Seen) {
  const { content } = seen;
  if (core.transaction.kind !== 'content' || !content) return undefined;
  const question = questionOf(content, seen);
  const judges = judgesOf(core);
  const simulated = simulate(question, {
    ...judges,
    ...asJudged,
    content: (about) => content.judge(about.source.name) ?? judges.content(about),
  });
  seen.content = undefined;
  return (): void => {
    if (ofStore.has(seen.answer.rule ?? '')) tell({ kind: 'left-alone', reason: 'store' });
    else compare(core, seen, 'content', refusalOf(simulated), question);
  };
}

function questionOf({ question, bytes }: ContentWatch, { spf }: Seen): SimulationQuestion {
  return { ...question, bytes, ...(spf && { spf }) };
}

function compare(
  core: SessionCore,
  { answer: { reply, rule } }: Seen,
  decision: Decision,
  expected: string | undefined,
  question: unknown,
): void {
  const live = /^[45]/.test(reply) ? reply : undefined;
  // Too many errors or messages, or the relay is stopping.
  if (live?.startsWith('421') === true && live !== expected) tell({ kind: 'left-alone', reason: 'session' });
  // Nothing was answered: the client is gone.
  else if (reply === '') tell({ kind: 'left-alone', reason: 'gone' });
  else {
    tell({ kind: 'compared', decision });
    if (live === expected) return;
    const text = `${decision} from ${core.client.address}: the session said ${live ?? 'yes'} (${rule ?? 'no rule'}), the simulator ${expected ?? 'yes'}\n${JSON.stringify(question)}`;
    tell({ kind: 'disagreement', text });
  }
}

function seenOf(core: SessionCore): Seen {
  const known = sessions.get(core);
  if (known) {
    known.answer.reply = '';
    known.answer.rule = undefined;
    return known;
  }
  const seen: Seen = { answer: listenTo(core), content: undefined, spf: undefined };
  sessions.set(core, seen);
  listenToSpf(core);
  tell({ kind: 'conversation' });
  return seen;
}
