/** The part that a program reads: `message/delivery-status` of RFC 3464 2, with UTF-8 addresses by RFC 6533 3. */
import { formatReply } from '../message/reply.ts';
import { decodeXtext } from '../message/xtext.ts';
import type { Mailbox } from '../protocol/address.ts';
import { formatField, safeText } from '../protocol/mail/field-writer.ts';
import { formatMailDate } from '../protocol/mail/mail-date.ts';
import type { Audience } from './audience.ts';
import type { DsnRequest, RecipientReport } from './report.ts';
import { failureOf, hostOf, replyOf, statusOf } from './report.ts';

/** A line has 998 octets (RFC 5322 2.1.1) and a character at most three a UTF-16 unit. */
const charactersMax = 300;
const asciiMax = 900;

/** Groups of fields with CRLF line ends; an empty line between the groups. */
export function statusPart(request: DsnRequest, audience: Audience): string {
  const groups = audience.recipients.map((report) => recipientFields(request, report));
  return [messageFields(request), ...groups].join('\r\n');
}

function messageFields({ accepted, hostname }: DsnRequest): string {
  const envid = accepted.envelope.envid === undefined ? undefined : decodeXtext(accepted.envelope.envid);
  return [
    // RFC 3464 2.2.1: the sender's own mark, without its transport encoding.
    ...(envid === undefined || envid === ''
      ? []
      : [formatField('Original-Envelope-Id', safeText(envid, 100))]),
    formatField('Reporting-MTA', `dns; ${hostname}`),
    formatField('Arrival-Date', formatMailDate(accepted.at)),
  ].join('');
}

function recipientFields(request: DsnRequest, report: RecipientReport): string {
  const { accepted, action } = request;
  const recipient = accepted.envelope.recipients[report.index];
  const reply = replyOf(report.state);
  const failure = failureOf(report.state);
  const fields: string[] = [];
  if (recipient?.orcpt !== undefined) fields.push(...originalRecipient(recipient.orcpt));
  if (recipient) fields.push(formatField('Final-Recipient', typedAddress(recipient.address)));
  fields.push(formatField('Action', action), formatField('Status', statusOf(report.state, action)));
  if (report.host !== undefined && reply)
    fields.push(formatField('Remote-MTA', `dns; ${safeText(hostOf(report.host), 255)}`));
  if (reply) {
    // RFC 3464 2.3.6, 2.1.2: `smtp` is for codes of SMTP alone; a type that is not registered begins with X-.
    const type = reply.protocol === 'graph' ? 'X-Graph' : 'smtp';
    fields.push(formatField('Diagnostic-Code', `${type}; ${oneLine(formatReply(reply))}`));
  }
  // RFC 3464 9.2: a private type for what no peer said; only our word for it, no names.
  else if (failure) fields.push(formatField('Diagnostic-Code', `X-Relay365; ${oneLine(failure.code)}`));
  if (report.lastAttemptAt !== undefined) {
    fields.push(formatField('Last-Attempt-Date', formatMailDate(report.lastAttemptAt)));
  }
  if (action === 'delayed' && report.willRetryUntil !== undefined) {
    fields.push(formatField('Will-Retry-Until', formatMailDate(report.willRetryUntil)));
  }
  return fields.join('');
}

function originalRecipient(orcpt: string): string[] {
  const [type = '', ...rest] = orcpt.split(';');
  const address = decodeAddress(type, rest.join(';'));
  if (!/^[A-Za-z0-9-]{1,30}$/.test(type) || address === undefined || address === '') return [];
  return [formatField('Original-Recipient', `${type}; ${safeText(address, charactersMax)}`)];
}

/** RFC 6533 3: the `utf-8` type holds UTF-8 as it is, or `\x{HEX}` for a character; other types are xtext alone. */
function decodeAddress(type: string, text: string): string | undefined {
  if (type.toLowerCase() !== 'utf-8') return decodeXtext(text);
  const plain = /[^\x20-\x7e]/.test(text) ? text : decodeXtext(text);
  return plain?.replaceAll(/\\x\{([0-9A-F]{2,6})\}/g, (whole, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function typedAddress(address: Mailbox): string {
  return `${address.needsSmtpUtf8 ? 'utf-8' : 'rfc822'}; ${address.text}`;
}

function oneLine(text: string): string {
  const isAscii = /^[\x20-\x7e]*$/.test(text);
  return safeText(text, isAscii ? asciiMax : charactersMax).replaceAll(/\s+/g, ' ');
}
