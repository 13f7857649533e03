/** What one command comes to at its place in the conversation: RFC 5321 4.1.4, and the extensions that were offered. */
import { type AuthStep, beginAuth } from './auth.ts';
import { parseBdat } from './bdat.ts';
import type { AuthMechanism, Offer } from './capabilities.ts';
import {
  authNeedsTls,
  chunkTooLarge,
  contentFault,
  noArgument,
  notImplemented,
  outOfOrder,
  textFault,
  unknownCommand,
  unknownMechanism,
} from './command-faults.ts';
import type { CommandLine } from './command-line.ts';
import type { EngineOptions } from './engine-options.ts';
import type { AnsweredEvent } from './events.ts';
import { argumentFault, type Fault, orderFault } from './fault.ts';
import type { Foreign } from './foreign-protocol.ts';
import { parseHello } from './hello.ts';
import { parseMail } from './mail.ts';
import { parseRcpt } from './rcpt.ts';
import type { Hello, MailTransaction } from './session-state.ts';

export interface CommandState {
  readonly options: EngineOptions;
  readonly hello: Hello;
  readonly transaction: MailTransaction;
  readonly authenticated: boolean;
  /** Octets that the client has sent behind this command. */
  readonly buffered: number;
}

export type CommandStep =
  /** With `chunk`: the octets that follow once the event is answered. */
  | {
      readonly kind: 'event';
      readonly event: AnsweredEvent;
      readonly chunk?: { readonly bytes: number; readonly last: boolean };
    }
  | ({ readonly kind: 'cut-off' } & Foreign)
  /** A further chunk of the content under way. */
  | { readonly kind: 'chunk'; readonly bytes: number; readonly last: boolean }
  /** A refused chunk, whose octets come anyway. */
  | { readonly kind: 'discard'; readonly bytes: number; readonly fault: Fault }
  | { readonly kind: 'auth'; readonly step: AuthStep };

const commandNotImplemented = new Set(['EXPN', 'TURN', 'ETRN', 'ATRN', 'SEND', 'SOML', 'SAML']);
const helpText = 'HELO EHLO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT STARTTLS AUTH (RFC 5321)';

/** Judges one command line; changes nothing but the count of recipients tried. */
export function commandStep(state: CommandState, line: CommandLine): CommandStep {
  const { verb } = line;
  switch (verb) {
    case 'EHLO':
    case 'HELO':
      return helloCommand(state, line, verb);
    case 'MAIL':
    case 'RCPT':
    case 'DATA':
    case 'BDAT':
    case 'AUTH':
    case 'STARTTLS':
    case 'RSET':
    case 'NOOP':
    case 'HELP':
    case 'VRFY':
    case 'QUIT': {
      const fault = verb === 'BDAT' ? undefined : textFault(line);
      return fault === undefined ? knownCommand(state, verb, line.argument) : faultStep(verb, fault);
    }
    default:
      if (commandNotImplemented.has(verb)) {
        return faultStep(verb, notImplemented);
      }
      return faultStep('unknown', unknownCommand);
  }
}

function knownCommand(
  state: CommandState,
  verb: 'MAIL' | 'RCPT' | 'DATA' | 'BDAT' | 'AUTH' | 'STARTTLS' | 'RSET' | 'NOOP' | 'HELP' | 'VRFY' | 'QUIT',
  argument: string,
): CommandStep {
  switch (verb) {
    case 'MAIL':
      return mailCommand(state, argument);
    case 'RCPT':
      return rcptCommand(state, argument);
    case 'DATA':
      return dataCommand(state, argument);
    case 'BDAT':
      return bdatCommand(state, argument);
    case 'AUTH':
      return authCommand(state, argument);
    case 'STARTTLS':
      return startTlsCommand(state, argument);
    case 'RSET':
      return argument === '' ? eventStep({ kind: 'reset' }) : faultStep(verb, noArgument);
    case 'QUIT':
      return argument === '' ? eventStep({ kind: 'quit' }) : faultStep(verb, noArgument);
    case 'NOOP':
      return eventStep({ kind: 'answer', verb, code: 250, text: 'OK' });
    case 'HELP':
      return eventStep({ kind: 'answer', verb, code: 214, text: helpText });
    case 'VRFY':
      // RFC 5321 3.5.3 and 7.3: neither confirms nor denies.
      return argument === ''
        ? faultStep(verb, argumentFault('VRFY needs an address'))
        : eventStep({
            kind: 'answer',
            verb,
            code: 252,
            text: 'Cannot verify; send the mail to find out',
          });
  }
}

function helloCommand(state: CommandState, line: CommandLine, verb: 'EHLO' | 'HELO'): CommandStep {
  const hello = parseHello(line, state.options.leniency);
  return hello.ok
    ? eventStep({ kind: 'hello', verb, domain: hello.value })
    : faultStep(verb, hello.fault, line.argument);
}

function mailCommand(state: CommandState, argument: string): CommandStep {
  if (state.hello === 'none') return faultStep('MAIL', orderFault('Say EHLO or HELO first'), argument);
  if (state.transaction.kind !== 'none') {
    return faultStep('MAIL', orderFault('A transaction is under way; RSET ends it'), argument);
  }
  const mail = parseMail(argument, state.options.leniency, state.options.offer);
  return mail.ok ? eventStep({ kind: 'mail', ...mail.value }) : faultStep('MAIL', mail.fault, argument);
}

function rcptCommand(state: CommandState, argument: string): CommandStep {
  const transaction = state.transaction;
  if (transaction.kind !== 'envelope') return faultStep('RCPT', outOfOrder(transaction), argument);
  transaction.tried += 1;
  const { smtpUtf8 } = transaction;
  const rcpt = parseRcpt(argument, state.options.leniency, { smtpUtf8, hostname: state.options.hostname });
  return rcpt.ok ? eventStep({ kind: 'rcpt', ...rcpt.value }) : faultStep('RCPT', rcpt.fault, argument);
}

function dataCommand(state: CommandState, argument: string): CommandStep {
  if (argument !== '') return faultStep('DATA', noArgument);
  const transaction = state.transaction;
  const fault = contentFault(transaction);
  if (fault !== undefined) return faultStep('DATA', fault);
  if (transaction.kind === 'envelope' && transaction.body === 'binarymime') {
    // RFC 3030 3: binary content has no line structure that a dot could end.
    return faultStep('DATA', orderFault('BODY=BINARYMIME needs BDAT'));
  }
  return eventStep({ kind: 'content-start', via: 'DATA' });
}

function bdatCommand(state: CommandState, argument: string): CommandStep {
  const bdat = parseBdat(argument);
  if (!bdat.ok) return faultStep('BDAT', bdat.fault);
  const { bytes, last } = bdat.value;
  // What can never be accepted is not read for hours either; twice the limit leaves room for an honest 552.
  if (bytes > 2 * state.options.limits.messageBytes) return faultStep('BDAT', chunkTooLarge);
  if (state.transaction.kind === 'chunks') {
    return { kind: 'chunk', bytes, last };
  }
  const fault = contentFault(state.transaction);
  if (fault !== undefined) {
    return { kind: 'discard', bytes, fault };
  }
  return eventStep({ kind: 'content-start', via: 'BDAT' }, { bytes, last });
}

function startTlsCommand(state: CommandState, argument: string): CommandStep {
  const { offer } = state.options;
  if (argument !== '') return faultStep('STARTTLS', noArgument);
  if (offer.tls) return faultStep('STARTTLS', orderFault('TLS is active already'));
  if (!offer.startTls) return faultStep('STARTTLS', notImplemented);
  if (state.buffered > 0) {
    // RFC 3207 6 and CVE-2011-0411: commands sent ahead in clear must never count under TLS.
    return {
      kind: 'cut-off',
      rule: 'starttls-injection',
      explanation: 'octets followed STARTTLS in clear before the handshake: a broken client or an attack',
    };
  }
  return eventStep({ kind: 'starttls' });
}

function authCommand(state: CommandState, argument: string): CommandStep {
  const { offer, leniency } = state.options;
  if (state.hello === 'none') return faultStep('AUTH', orderFault('Say EHLO first'));
  if (state.authenticated) return faultStep('AUTH', orderFault('Already authenticated'));
  if (state.transaction.kind !== 'none') {
    return faultStep('AUTH', orderFault('No AUTH within a transaction'));
  }
  const [name = '', initial, ...more] = argument.split(' ');
  if (name === '' || more.length > 0) return faultStep('AUTH', argumentFault('AUTH needs a mechanism'));
  const mechanism = name.toUpperCase();
  if (offer.auth.length === 0) return faultStep('AUTH', offer.authNeedsTls ? authNeedsTls : notImplemented);
  if (!isOffered(mechanism, offer)) return faultStep('AUTH', unknownMechanism);
  return { kind: 'auth', step: beginAuth(mechanism, initial, leniency) };
}

function eventStep(
  event: AnsweredEvent,
  chunk?: { readonly bytes: number; readonly last: boolean },
): CommandStep {
  return chunk === undefined ? { kind: 'event', event } : { kind: 'event', event, chunk };
}

function faultStep(verb: string, fault: Fault, argument?: string): CommandStep {
  const event = { kind: 'fault', verb, fault } as const;
  return { kind: 'event', event: argument === undefined ? event : { ...event, argument } };
}

function isOffered(mechanism: string, offer: Offer): mechanism is AuthMechanism {
  return offer.auth.some((offered) => offered === mechanism);
}
