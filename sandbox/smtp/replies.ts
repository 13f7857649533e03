/** Reply texts of Exchange Online's MX endpoint; the forms are those seen on the wire or in its documentation. */

/** Ends most replies: `[HOST TIME ID]`. Support asks for it, programs ignore it. */
export interface Stamp {
  readonly host: string;
  readonly session: string;
}

/** `220 … Microsoft ESMTP MAIL Service ready at Mon, 4 Aug 2025 11:15:30 +0000 [08DDD30471EE4ED5]` */
export function banner({ host, session }: Stamp, now: number): string {
  return `220 ${host} Microsoft ESMTP MAIL Service ready at ${rfc5322Date(now)} [${session}]`;
}

/** Adds `[HOST TIME ID]` to a refusal. */
export function stamped(reply: string, { host, session }: Stamp, now: number): string {
  return `${reply} [${host} ${new Date(now).toISOString()} ${session}]`;
}

export function queued(facts: {
  readonly messageId: string;
  readonly internalId: string;
  readonly host: string;
  readonly bytes: number;
  readonly durationMs: number;
}): string {
  const seconds = Math.max(1, facts.durationMs) / 1000;
  const rate = (facts.bytes / 1024 / seconds).toFixed(3);
  return (
    `250 2.6.0 ${facts.messageId} [InternalId=${facts.internalId}, Hostname=${facts.host}] ` +
    `${facts.bytes} bytes in ${seconds.toFixed(3)}, ${rate} KB/sec Queued mail for delivery`
  );
}

export const replies = {
  senderOk: '250 2.1.0 Sender OK',
  recipientOk: '250 2.1.5 Recipient OK',
  startMail: '354 Start mail input; end with <CRLF>.<CRLF>',
  startTls: '220 2.0.0 SMTP server ready',
  reset: '250 2.0.0 Resetting',
  ok: '250 2.0.0 OK',
  bye: '221 2.0.0 Service closing transmission channel',
  help: '214-This server supports the following commands:\r\n214 HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP BDAT NOOP VRFY',
  cannotVerify: '252 2.1.5 Cannot VRFY user',
  helloFirst: '503 5.5.2 Send hello first',
  senderFirst: '503 5.5.2 Need mail command',
  recipientFirst: '503 5.5.2 Need rcpt command',
  senderGiven: '503 5.5.2 Sender already specified',
  badSequence: '503 5.5.1 Bad sequence of commands',
  tlsActive: '503 5.5.2 Only one STARTTLS command can be issued per session',
  badArguments: '501 5.5.4 Invalid arguments',
  unknownParameter: '555 5.5.4 Unsupported parameter',
  badDomain: '501 5.5.4 Invalid domain name',
  badSender: '501 5.1.7 Invalid address',
  badRecipient: '501 5.1.3 Invalid address',
  // RFC 6531 3.5: the address needs SMTPUTF8 and the client did not ask for it.
  senderNeedsUtf8: '553 5.6.7 SMTPUTF8 is needed for this sender',
  recipientNeedsUtf8: '553 5.6.7 SMTPUTF8 is needed for this recipient',
  lineTooLong: '500 5.5.2 Line too long',
  tooManyRecipients: '452 4.5.3 Too many recipients',
  tooLarge: '552 5.3.4 Message size exceeds fixed maximum message size',
  headerTooLarge: '552 5.3.4 Header size exceeds fixed maximum size',
  // RFC 5321 2.3.8 forbids bare CR and LF; Exchange Online's code for them is 5.6.11.
  bareLineEnd: '550 5.6.11 Invalid characters; the content holds a bare carriage return or line feed',
  noMemory: '452 4.3.1 Insufficient system resources (TSTE)',
  noHello: '500 5.3.3 Unrecognized command',
  tooManyConnections:
    '421 4.3.2 The maximum number of concurrent server connections has exceeded a limit, closing transmission channel',
  tooManyErrors: '421 4.7.0 Too many errors on this connection, closing transmission channel',
  inputTimeout: '451 4.7.0 Timeout waiting for client input',
} as const;

/** The verb is echoed without anything that could break the line. */
export function unrecognized(verb: string): string {
  return `500 5.3.3 Unrecognized command '${verb.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 40)}'`;
}

export function chunkReceived(bytes: number): string {
  return `250 2.6.0 CHUNK received OK, ${bytes} octets`;
}

export function sessionTimeout(durationMs: number): string {
  const time = new Date(durationMs).toISOString().slice(11, 23);
  return `421 4.4.1 Connection timed out. Total session duration: ${time}0000`;
}

export function fieldTooLong(name: string, bytes: number, bytesMax: number): string {
  const shown = name.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 76);
  return `554 5.6.211 Invalid MIME Content: Single text value size (${bytes}) exceeded allowed maximum (${bytesMax}) for the '${shown}' header.`;
}

function rfc5322Date(now: number): string {
  // `Mon, 04 Aug 2025 11:15:30 GMT`: the day without its zero, the zone as an offset.
  return new Date(now).toUTCString().replace(/, 0/, ', ').replace('GMT', '+0000');
}
