/**
 * Decides, before a word is said, how one message goes to one server: which parameters it may be given,
 * BDAT or DATA, or why it cannot go there at all. Pure.
 */
import type { Mailbox, ReversePath } from '../../address.ts';
import type { Capabilities } from './capabilities.ts';
import type { Parameter } from './command.ts';
import { fitsAscii, pathCommand, pathText } from './command.ts';

/** The envelope as far as the wire needs it; `message/envelope.ts` fits. */
export interface OutboundEnvelope {
  readonly reversePath: ReversePath;
  readonly recipients: readonly OutboundRecipient[];
  readonly body: '7bit' | '8bitmime' | 'binarymime';
  readonly requireTls: boolean;
  /** The client gave SMTPUTF8 with MAIL (RFC 6531 3.4). */
  readonly smtpUtf8?: boolean;
  readonly ret?: 'full' | 'hdrs';
  readonly envid?: string;
}

export interface OutboundRecipient {
  readonly address: Mailbox;
  readonly notify?: readonly ('never' | 'success' | 'failure' | 'delay')[];
  readonly orcpt?: string;
}

export interface OutboundContent {
  /** Octets; absent while a conversion makes them. */
  readonly bytes?: number;
  readonly eightBit: boolean;
  readonly utf8Header: boolean;
  readonly binary: boolean;
}

export interface PlanFault {
  readonly code:
    | 'smtputf8-missing'
    | 'requiretls-missing'
    | 'requiretls-unverified'
    | 'message-too-large'
    | 'binarymime-missing';
  /** RFC 3463. */
  readonly status: string;
  readonly text: string;
}

export type PlannedRecipient =
  | { readonly kind: 'rcpt'; readonly line: string; readonly notifyPassedOn: boolean }
  | { readonly kind: 'fail'; readonly fault: PlanFault };

export type Plan =
  | {
      readonly kind: 'send';
      readonly transfer: 'bdat' | 'data';
      /** The MAIL command. */
      readonly mail: string;
      /** In the order of the envelope; at least one is to be sent. */
      readonly recipients: readonly PlannedRecipient[];
    }
  /** The server takes 7-bit content only: the content must be converted, or it cannot go (RFC 6152 3). */
  | { readonly kind: 'convert' }
  | { readonly kind: 'fail'; readonly fault: PlanFault };

export interface PlanQuestion {
  readonly capabilities: Capabilities;
  readonly envelope: OutboundEnvelope;
  readonly content: OutboundContent;
  /** The connection runs over TLS with a verified server. */
  readonly tlsVerified: boolean;
}

/** Throws `UnwritableCommand` when the envelope holds what no command line may. */
export function planTransaction(question: PlanQuestion): Plan {
  const { capabilities, envelope, content } = question;
  const fault = wholeMessageFault(question);
  if (fault) return { kind: 'fail', fault };
  if (content.eightBit && !capabilities.eightBitMime && !goesBinary(question)) return { kind: 'convert' };

  const form = capabilities.smtpUtf8 && needsSmtpUtf8(envelope, content) ? 'utf8' : 'ascii';
  const recipients = envelope.recipients.map((recipient) => planRecipient(recipient, capabilities, form));
  const allFailed = recipients.every((recipient) => recipient.kind === 'fail') ? recipients[0] : undefined;
  if (allFailed?.kind === 'fail') return { kind: 'fail', fault: allFailed.fault };
  return {
    kind: 'send',
    // A conversion does not know its length beforehand, and BDAT has to say it.
    transfer: capabilities.chunking && content.bytes !== undefined ? 'bdat' : 'data',
    mail: pathCommand('MAIL FROM', pathText(envelope.reversePath, form), mailParameters(question, form)),
    recipients,
  };
}

function wholeMessageFault({
  capabilities,
  envelope,
  content,
  tlsVerified,
}: PlanQuestion): PlanFault | undefined {
  if (envelope.requireTls && !tlsVerified) {
    return {
      code: 'requiretls-unverified',
      // RFC 8689 5.
      status: '5.7.30',
      text: 'the sender asked for REQUIRETLS and the connection to the next hop is not TLS with a verified server; set tls: required on the connector',
    };
  }
  if (envelope.requireTls && !capabilities.requireTls) {
    return {
      code: 'requiretls-missing',
      status: '5.7.30',
      text: 'the sender asked for REQUIRETLS and the next hop does not offer it',
    };
  }
  const { sizeMax } = capabilities;
  if (sizeMax !== undefined && content.bytes !== undefined && content.bytes > sizeMax) {
    return {
      code: 'message-too-large',
      status: '5.3.4',
      text: `the message has ${content.bytes} octets and the next hop takes ${sizeMax} at most`,
    };
  }
  const senderFits = envelope.reversePath === null || fitsAscii(envelope.reversePath);
  if (!capabilities.smtpUtf8 && !senderFits) return smtpUtf8Missing('sender address');
  // A header beyond ASCII needs SMTPUTF8 only where its sender said so. A device that writes its subject raw never did:
  // its mail passes as it came, as through any other relay, because a bounce would help nobody.
  if (!capabilities.smtpUtf8 && content.utf8Header && envelope.smtpUtf8 === true) {
    return smtpUtf8Missing('header section');
  }
  if (content.binary && !capabilities.binaryMime) {
    return {
      code: 'binarymime-missing',
      // RFC 3030 3: what only BINARYMIME can carry may not be sent without it.
      status: '5.6.3',
      text: 'the content is binary (lines that are too long or not ended by CR LF) and the next hop does not offer BINARYMIME with CHUNKING',
    };
  }
  return undefined;
}

function smtpUtf8Missing(what: string): PlanFault {
  return {
    code: 'smtputf8-missing',
    // RFC 6531 3.7.4.2: X.6.7, non-ASCII addresses not permitted for that sender or recipient.
    status: '5.6.7',
    text: `the ${what} holds characters beyond ASCII and the next hop does not offer SMTPUTF8`,
  };
}

function needsSmtpUtf8(envelope: OutboundEnvelope, content: OutboundContent): boolean {
  return (
    content.utf8Header ||
    envelope.reversePath?.needsSmtpUtf8 === true ||
    envelope.recipients.some(({ address }) => address.needsSmtpUtf8)
  );
}

// Content declared binary whose lines are whole goes as 8-bit where BINARYMIME is not offered: not an octet differs.
function goesBinary({ capabilities, envelope, content }: PlanQuestion): boolean {
  return capabilities.binaryMime && (content.binary || envelope.body === 'binarymime');
}

function mailParameters(question: PlanQuestion, form: 'utf8' | 'ascii'): readonly Parameter[] {
  const { capabilities, envelope, content } = question;
  const parameters: Parameter[] = [];
  if (capabilities.size && content.bytes !== undefined)
    parameters.push({ keyword: 'SIZE', value: content.bytes });
  if (goesBinary(question)) parameters.push({ keyword: 'BODY', value: 'BINARYMIME' });
  else if (content.eightBit) parameters.push({ keyword: 'BODY', value: '8BITMIME' });
  if (form === 'utf8') parameters.push({ keyword: 'SMTPUTF8' });
  if (envelope.requireTls) parameters.push({ keyword: 'REQUIRETLS' });
  if (capabilities.dsn && envelope.ret)
    parameters.push({ keyword: 'RET', value: envelope.ret.toUpperCase() });
  if (capabilities.dsn && envelope.envid) parameters.push({ keyword: 'ENVID', value: envelope.envid });
  return parameters;
}

function planRecipient(
  { address, notify, orcpt }: OutboundRecipient,
  capabilities: Capabilities,
  form: 'utf8' | 'ascii',
): PlannedRecipient {
  if (form === 'ascii' && !fitsAscii(address)) {
    return { kind: 'fail', fault: smtpUtf8Missing('recipient address') };
  }
  const parameters: Parameter[] = [];
  const passesNotify = capabilities.dsn && notify !== undefined && notify.length > 0;
  if (passesNotify) parameters.push({ keyword: 'NOTIFY', value: notify.join(',').toUpperCase() });
  if (capabilities.dsn && orcpt) parameters.push({ keyword: 'ORCPT', value: asciiOrcpt(orcpt) });
  return {
    kind: 'rcpt',
    line: pathCommand('RCPT TO', pathText(address, form), parameters),
    notifyPassedOn: passesNotify,
  };
}

/** RFC 6533 3: UTF-8 in ORCPT is written as `\x{…}`, which servers with and without SMTPUTF8 take. */
function asciiOrcpt(orcpt: string): string {
  return orcpt.replaceAll(
    /[\u00a0-\u{10ffff}]/gu,
    (character) => `\\x{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  );
}
