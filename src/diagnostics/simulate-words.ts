/**
 * What a client would write, read by the engine of the listener as that client would be read: its name, the addresses and
 * their faults are those of a live session, with the quirks that its address is granted.
 */
import type { Mailbox, ReversePath } from '../protocol/address.ts';
import { ServerEngine } from '../protocol/smtp/server/engine.ts';
import type { EngineOptions } from '../protocol/smtp/server/engine-options.ts';
import type { ServerEvent } from '../protocol/smtp/server/events.ts';
import type { Fault } from '../protocol/smtp/server/fault.ts';
import { argumentFault } from '../protocol/smtp/server/fault.ts';

/** A recipient that no listener can read. */
export interface Unreadable {
  readonly text: string;
  readonly fault: Fault;
}

export interface Words {
  /** Absent: some name. */
  readonly helo?: string;
  /** As it would stand between the angle brackets; empty: the null sender. */
  readonly sender: string;
  readonly recipients: readonly string[];
}

export interface Heard {
  readonly helo?: Fault;
  readonly sender?: Fault;
  /** `null` as well where `sender` is a fault. */
  readonly reversePath: ReversePath;
  readonly recipients: readonly (Mailbox | Unreadable)[];
}

const someName = 'client.example';

export function hear({ helo = someName, sender, recipients }: Words, options: EngineOptions): Heard {
  const engine = new ServerEngine(options);
  const greeted = say(engine, `EHLO ${helo}`.trimEnd());
  // What comes after it is read all the same, as after a greeting that passed.
  if (greeted.kind !== 'hello') return { ...hear({ sender, recipients }, options), helo: faultOf(greeted) };
  // RFC 6531 3.4: an address beyond ASCII needs the parameter.
  // oxlint-disable-next-line no-control-regex -- what is ASCII
  const isAscii = [sender, ...recipients].every((text) => /^[\0-\x7f]*$/.test(text));
  const mail = say(engine, `MAIL FROM:${bracketed(sender)}${isAscii ? '' : ' SMTPUTF8'}`);
  if (mail.kind !== 'mail') say(engine, 'MAIL FROM:<>');
  return {
    ...(mail.kind !== 'mail' && { sender: faultOf(mail) }),
    reversePath: mail.kind === 'mail' ? mail.reversePath : null,
    recipients: recipients.map((text) => {
      const rcpt = say(engine, `RCPT TO:${bracketed(text)}`);
      return rcpt.kind === 'rcpt' ? rcpt.recipient : { text, fault: faultOf(rcpt) };
    }),
  };
}

function bracketed(text: string): string {
  return text.startsWith('<') ? text : `<${text}>`;
}

/** Says one line, and lets it pass where it can be read. */
function say(engine: ServerEngine, line: string): ServerEvent {
  // Two lines would be two commands; one with a line end in it is read by nobody as one.
  if (/[\r\n]/.test(line)) {
    return {
      kind: 'fault',
      verb: line.slice(0, 4),
      fault: argumentFault('A line end stands in the command'),
    };
  }
  engine.feed(Buffer.from(`${line}\r\n`));
  const event = engine.next();
  if (!event) throw new Error('the engine made nothing of a whole line');
  if (event.kind === 'hello') engine.replyHello('');
  else if (event.kind === 'fault') engine.reply(event.fault);
  else if (event.kind === 'mail' || event.kind === 'rcpt') engine.reply({ code: 250, text: 'OK' });
  return event;
}

function faultOf(event: ServerEvent): Fault {
  if (event.kind === 'fault') return event.fault;
  throw new Error(`the engine gave ${event.kind} for a command that it could not read`);
}
