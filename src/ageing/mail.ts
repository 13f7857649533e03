/**
 * A letter as a message of our own: plain text with the null reverse-path, marked as a notice, so that nobody is ever
 * notified of it and no robot answers it (RFC 3834 5). Pure.
 */
import type { Accepted, ContentFacts, QueueId } from '../message/message.ts';
import type { Instant } from '../platform/clock.ts';
import type { Mailbox } from '../protocol/address.ts';
import { encodeWords } from '../protocol/mail/encoded-words.ts';
import { formatField, safeText } from '../protocol/mail/field-writer.ts';
import { formatMailDate } from '../protocol/mail/mail-date.ts';
import { makeMessageId } from '../protocol/mail/message-id.ts';
import { encodeQuotedPrintable } from '../protocol/mail/quoted-printable.ts';
import { formatOwnReceived } from '../protocol/mail/received-field.ts';
import type { Letter } from './letters.ts';

export interface LetterFrame {
  readonly id: QueueId;
  readonly at: Instant;
  readonly hostname: string;
  /** In the From field alone. */
  readonly from: string;
  readonly to: Mailbox;
}

const subjectMax = 150;

export function letterMessage(
  letter: Letter,
  { id, at, hostname, from, to }: LetterFrame,
): { readonly accepted: Accepted; readonly content: Uint8Array } {
  const subject = safeText(letter.subject, subjectMax);
  const head = [
    formatOwnReceived({ hostname, id, at }),
    formatField('From', `"Mail relay ${hostname}" <${from}>`),
    formatField('To', `<${to.text}>`),
    formatField('Subject', encodeWords(subject)),
    formatField('Date', formatMailDate(at)),
    formatField('Message-ID', makeMessageId(id, hostname)),
    formatField('Auto-Submitted', 'auto-generated'),
    formatField('MIME-Version', '1.0'),
    formatField('Content-Type', 'text/plain; charset=utf-8'),
    formatField('Content-Transfer-Encoding', 'quoted-printable'),
  ].join('');
  const body = letter.text.map((line) => safeText(line, 2000)).join('\r\n');
  const content = Buffer.from(`${head}\r\n${encodeQuotedPrintable(Buffer.from(body))}\r\n`);
  const facts: ContentFacts = {
    bytes: content.length,
    headerBytes: Buffer.byteLength(head),
    eightBit: to.needsSmtpUtf8,
    utf8Header: to.needsSmtpUtf8,
    binary: false,
    subject,
    messageId: makeMessageId(id, hostname),
  };
  const accepted: Accepted = {
    id,
    at,
    envelope: {
      reversePath: null,
      recipients: [{ address: to, notify: ['never'] }],
      body: '7bit',
      smtpUtf8: to.needsSmtpUtf8,
      requireTls: false,
    },
    priority: 'normal',
    content: facts,
    isNotice: true,
    trace: [{ at, step: 'notice', text: `tells ${to.text}: ${subject}` }],
  };
  return { accepted, content };
}
