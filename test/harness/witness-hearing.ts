/** What a session answers, and by which rule: listened to at its engine and its events. */
import type { SessionCore } from '../../src/listener/session-core.ts';

export interface Answer {
  /** The last reply without its reference; empty: none was given to this event. */
  reply: string;
  /** The rule of the refusal, where it was one. */
  rule: string | undefined;
}

/** By reference. Bounded, because whole test runs may share it. */
const rules = new Map<string, string>();

/** What is said from now on stands in the answer that this returns. */
export function listenTo(core: SessionCore): Answer {
  const answer: Answer = { reply: '', rule: undefined };
  listenToEvents(core);
  const note = (reply: { code: number; enhanced?: string; text: string | readonly string[] }): void => {
    const text = [reply.text].flat().join(' ');
    const ref = / \(ref (\w+)\)$/.exec(text)?.[1];
    answer.rule = ref === undefined ? undefined : rules.get(ref);
    answer.reply = `${reply.code} ${reply.enhanced ?? ''} ${text.replace(/ \(ref \w+\)$/, '')}`;
  };
  const { engine } = core;
  const [reply, say] = [engine.reply.bind(engine), engine.say.bind(engine)];
  engine.reply = (given) => {
    note(given);
    reply(given);
  };
  engine.say = (given) => {
    note(given);
    say(given);
  };
  return answer;
}

const heardEvents = new WeakSet<object>();

/** Refusals name their rule in the event, and the reply has the reference of it. */
function listenToEvents({ options }: SessionCore): void {
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
