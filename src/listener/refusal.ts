/** Refusals: a reply with a reference, and the event that the reference finds. */
import { formatReversePath } from './reverse-path.ts';
import type { SessionCore } from './session-core.ts';
import type { Refusal } from '../policy/verdict.ts';
import type { ReversePath } from '../protocol/address.ts';
import type { Fault } from '../protocol/smtp/server/fault.ts';
import { countOf } from '../platform/words.ts';

export interface RefusalDetails {
  /** The step of the conversation, such as `mail` or `content`. */
  readonly stage: string;
  readonly source?: string;
  readonly sender?: ReversePath;
  readonly recipient?: string;
  /** Reference to use; absent: a new one. */
  readonly ref?: string;
  /** Does not count as an error of the client. */
  readonly uncounted?: true;
  /** Another event of the same reference tells of it already. */
  readonly reported?: true;
}

/** Characters of the words before the reference, so that a long one cannot push the reference off the line. */
const textCharactersMax = 400;

/** Answers the event under way with a refusal, or with 421 once the client has made too many errors. */
export function refuse(core: SessionCore, refusal: Refusal, details: RefusalDetails): void {
  if (refusal.kind === 'refuse' && details.uncounted !== true && oneErrorTooMany(core)) {
    refuseAndEnd(core, tooManyErrors(core, refusal), details);
    return;
  }
  const ref = report(core, refusal, details);
  core.engine.reply({
    code: refusal.code,
    enhanced: refusal.enhanced,
    text: `${refusal.text.slice(0, textCharactersMax)} (ref ${ref})`,
  });
}

/** Answers a breach of the protocol. */
export function refuseFault(core: SessionCore, verb: string, fault: Fault): void {
  refuse(core, { kind: 'refuse', ...fault }, { stage: verb.toLowerCase() });
  if (fault.fatal === true) core.end(fault.rule);
}

/** Refuses and ends the session with the same reply. */
export function refuseAndEnd(core: SessionCore, refusal: Refusal, details: RefusalDetails): void {
  const ref = report(core, refusal, details);
  core.endWith(
    {
      code: refusal.code,
      enhanced: refusal.enhanced,
      text: `${refusal.text.slice(0, textCharactersMax)} (ref ${ref})`,
    },
    refusal.rule,
  );
}

/** Emits the event of a refusal; returns its reference. */
export function report(core: SessionCore, refusal: Refusal, details: RefusalDetails): string {
  const { options, client } = core;
  const ref = details.ref ?? options.newId(core.now());
  if (details.reported === true) return ref;
  options.events.emit({
    kind: 'refused',
    ref,
    address: client.address,
    listener: options.config.name,
    stage: details.stage,
    reply: `${refusal.code} ${refusal.enhanced} ${refusal.text}`,
    rule: refusal.rule,
    explanation: refusal.explanation,
    ...(details.source === undefined ? {} : { source: details.source }),
    ...(details.sender === undefined ? {} : { sender: formatReversePath(details.sender) }),
    ...(details.recipient === undefined ? {} : { recipient: details.recipient }),
    ...(core.helo === '' ? {} : { helo: core.helo }),
    ...(client.tls === undefined ? {} : { tls: client.tls.version }),
  });
  return ref;
}

// The errors up to the limit get their own replies; the next one ends the session.
function oneErrorTooMany(core: SessionCore): boolean {
  core.errors += 1;
  return core.errors > core.options.config.limits.errors;
}

/** Tells of the last error too, because its own reply is never sent. */
function tooManyErrors(core: SessionCore, { code, enhanced, text, rule, explanation }: Refusal): Refusal {
  const { errors } = core.options.config.limits;
  return {
    kind: 'defer',
    code: 421,
    enhanced: '4.7.0',
    text: 'Too many errors',
    rule: 'errors',
    explanation: `the client made more than ${countOf(errors, 'error')} in one connection (limits.errors); the last one: ${code} ${enhanced} ${text} (${rule}: ${explanation})`,
  };
}
