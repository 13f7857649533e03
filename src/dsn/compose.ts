/**
 * Delivery status notifications: `multipart/report` of RFC 6522 with RFC 3464 inside, UTF-8 forms by RFC 6533.
 *
 * Pure: one request gives the notices for the sender and for the owner of the source, ready to be queued with the result
 * that caused them. Everything that came from outside (replies, subjects, addresses, ENVID) passes the guarded field
 * writer or `safeText`. A notice has the null reverse-path, is marked `isNotice`, and is plain ASCII unless its own
 * recipient has a UTF-8 address, so that it passes any next hop.
 */
import type { Accepted, ContentFacts, QueueId } from '../message/message.ts';
import type { Mailbox } from '../protocol/address.ts';
import { encodeWords } from '../protocol/mail/encoded-words.ts';
import { formatField, safeText } from '../protocol/mail/field-writer.ts';
import { formatMailDate } from '../protocol/mail/mail-date.ts';
import { makeMessageId } from '../protocol/mail/message-id.ts';
import { encodeQuotedPrintable } from '../protocol/mail/quoted-printable.ts';
import { formatOwnReceived } from '../protocol/mail/received-field.ts';
import type { Audience } from './audience.ts';
import { audiences } from './audience.ts';
import type { ComposedNotice, DsnAction, DsnRequest } from './report.ts';
import { returnedPart } from './returned-part.ts';
import { statusPart } from './status-part.ts';
import { textPart } from './text-part.ts';

export type { ComposedNotice, DsnAction, DsnRequest, RecipientReport } from './report.ts';
export { originalBytes } from './returned-part.ts';

/** The notices that are due, none where nobody is to hear of it. */
export function composeDsn(request: DsnRequest): ComposedNotice[] {
  return audiences(request.accepted, request.action, request.recipients).map((audience) =>
    composeNotice(request, audience),
  );
}

const subjects = new Map<DsnAction, string>([
  ['failed', 'Not delivered'],
  ['delayed', 'Delayed'],
  ['relayed', 'Handed on'],
]);

function composeNotice(request: DsnRequest, audience: Audience): ComposedNotice {
  const id = request.newId(request.now) as QueueId;
  const subject = subjectOf(request);
  const sender = request.senderFor?.(audience.to);
  const head = headFields(request, { audience, id, subject, from: sender?.from });
  const content = Buffer.from(`${head}\r\n${body(request, audience, boundaryOf(id))}`);
  const { accepted, now } = request;
  const facts: ContentFacts = {
    bytes: content.length,
    headerBytes: Buffer.byteLength(head),
    eightBit: audience.to.needsSmtpUtf8,
    utf8Header: audience.to.needsSmtpUtf8,
    binary: false,
    subject,
    messageId: makeMessageId(id, request.hostname),
  };
  const notice: Accepted = {
    id,
    at: now,
    envelope: {
      reversePath: null,
      // RFC 3461 6.1: nobody is to be notified of a notification.
      recipients: [{ address: audience.to, notify: ['never'] }],
      body: '7bit',
      smtpUtf8: audience.to.needsSmtpUtf8,
      requireTls: accepted.envelope.requireTls,
    },
    priority: 'normal',
    content: facts,
    isNotice: true,
    trace: [
      {
        at: now,
        step: 'notice',
        text: `tells the ${audience.role} that ${accepted.id} is ${request.action}`,
      },
      ...(sender ? [{ at: now, step: 'notice' as const, text: sender.why }] : []),
    ],
  };
  return { accepted: notice, content: [content] };
}

function subjectOf({ accepted, action }: DsnRequest): string {
  const about = safeText(accepted.content.subject ?? '', 120);
  const words = subjects.get(action) ?? '';
  return about === '' ? words : `${words}: ${about}`;
}

interface Heading {
  readonly audience: Audience;
  readonly id: QueueId;
  readonly subject: string;
  readonly from: Mailbox | undefined;
}

function headFields(request: DsnRequest, { audience, id, subject, from: sender }: Heading): string {
  const { accepted, hostname, now } = request;
  // A UTF-8 sender would make the whole report need SMTPUTF8.
  const from = sender && !sender.needsSmtpUtf8 ? sender.text : `postmaster@${hostname}`;
  const original = accepted.content.messageId;
  return [
    // Our own mark: a report that is sent back to us is told from mail of a device, and the loop ends there.
    formatOwnReceived({ hostname, id, at: now }),
    formatField('From', `"Mail relay ${hostname}" <${from}>`),
    formatField('To', `<${audience.to.text}>`),
    formatField('Subject', encodeWords(subject)),
    formatField('Date', formatMailDate(now)),
    formatField('Message-ID', makeMessageId(id, hostname)),
    ...(original !== undefined && /^<[!-;=?-~]+@[!-;=?-~]+>$/.test(original)
      ? [formatField('In-Reply-To', original), formatField('References', original)]
      : []),
    // RFC 3834 5: no robot answers this.
    formatField('Auto-Submitted', 'auto-replied'),
    formatField('MIME-Version', '1.0'),
    formatField(
      'Content-Type',
      `multipart/report; report-type=delivery-status; boundary="${boundaryOf(id)}"`,
    ),
  ].join('');
}

/** The id is new, so no returned content can hold it. */
function boundaryOf(id: QueueId): string {
  return `=_${id}`;
}

function body(request: DsnRequest, audience: Audience, boundary: string): string {
  const parts = [
    part('text/plain; charset=utf-8', `${textPart(request, audience).join('\r\n')}\r\n`),
    statusSection(statusPart(request, audience)),
  ];
  if (request.original && request.original.length > 0) {
    const { type, encoding, text } = returnedPart(request.accepted, request.action, request.original);
    parts.push(partAsIs(type, encoding, text));
  }
  return `${parts.map((text) => `--${boundary}\r\n${text}\r\n`).join('')}--${boundary}--\r\n`;
}

/** RFC 6533 3: with UTF-8 in it the type is another one, which may be encoded. */
function statusSection(text: string): string {
  return isSevenBit(text)
    ? partAsIs('message/delivery-status', '7bit', text)
    : part('message/global-delivery-status', text);
}

/** Encoded where it is not ASCII. */
function part(type: string, text: string): string {
  return isSevenBit(text)
    ? partAsIs(type, '7bit', text)
    : partAsIs(type, 'quoted-printable', encodeQuotedPrintable(Buffer.from(text)));
}

function partAsIs(type: string, encoding: string, text: string): string {
  return `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${text}`;
}

function isSevenBit(text: string): boolean {
  return /^[\t\r\n\x20-\x7e]*$/.test(text);
}
