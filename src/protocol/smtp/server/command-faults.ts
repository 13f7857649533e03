/** What is wrong with a command at its place in the conversation, and the faults that several commands share. */
import type { CommandLine } from './command-line.ts';
import { argumentFault, type Fault, orderFault } from './fault.ts';
import type { MailTransaction } from './session-state.ts';

/** Why content cannot begin: RFC 5321 3.3 and 4.1.4, RFC 3030 2. */
export function contentFault(transaction: MailTransaction): Fault | undefined {
  if (transaction.kind !== 'envelope' || transaction.tried === 0) return outOfOrder(transaction);
  if (transaction.accepted > 0) return undefined;
  return { ...orderFault('No valid recipients'), code: 554, rule: 'no-recipients' };
}

export function outOfOrder(transaction: MailTransaction): Fault {
  if (transaction.kind === 'chunks') return orderFault('BDAT has begun; only BDAT or RSET may follow');
  return orderFault(transaction.kind === 'none' ? 'Send MAIL first' : 'Send RCPT first');
}

export function textFault(line: CommandLine): Fault | undefined {
  if (line.control) {
    return {
      ...argumentFault('Control character in the command'),
      enhanced: '5.5.2',
      rule: 'control-character',
    };
  }
  if (line.text === 'invalid') {
    return {
      ...argumentFault('Octets beyond ASCII that are not UTF-8'),
      enhanced: '5.5.2',
      rule: 'not-utf8',
    };
  }
  return undefined;
}

export const noArgument = argumentFault('No argument is allowed');

export const bareLineFeed: Fault = {
  code: 500,
  enhanced: '5.5.2',
  text: 'Lines must end with CR LF',
  rule: 'bare-line-feed',
  explanation:
    'a command line ended with LF alone; a device that cannot do better needs the repair bare-line-feeds in its source, known by its address',
};

export const unknownCommand: Fault = {
  code: 500,
  enhanced: '5.5.1',
  text: 'Command not recognised',
  rule: 'unknown-command',
  explanation: 'the client sent a line that begins with no command of SMTP',
};

export const notImplemented: Fault = {
  code: 502,
  enhanced: '5.5.1',
  text: 'Command not implemented',
  rule: 'not-implemented',
  explanation: 'the command is not offered by this listener',
};

export const authNeedsTls: Fault = {
  // RFC 4954 6: 538 is for mechanisms that need encryption.
  code: 538,
  enhanced: '5.7.11',
  text: 'Encryption required for authentication: use STARTTLS first',
  rule: 'auth-needs-tls',
  explanation:
    'the client tried AUTH in clear; it must use TLS, or the listener needs authWithoutTls, or its source the quirk auth-in-clear',
};

export const unknownMechanism: Fault = {
  code: 504,
  enhanced: '5.5.4',
  text: 'Authentication mechanism not recognised',
  rule: 'auth-mechanism',
  explanation: 'the client asked for a mechanism other than PLAIN and LOGIN',
};

export const chunkTooLarge: Fault = {
  code: 552,
  enhanced: '5.3.4',
  text: 'Message too large',
  rule: 'size',
  explanation: 'one BDAT chunk is more than twice the limit of a whole message (limits.messageBytes)',
  fatal: true,
};
