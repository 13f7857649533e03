/** The message that a test sends; it says what it is, so that whoever gets it knows. RFC 5322. */
import { formatField, safeText } from '../../protocol/mail/field-writer.ts';
import type { Instant } from '../../platform/clock.ts';

export interface TestMessage {
  readonly from: string;
  readonly to: string;
  readonly hostname: string;
  readonly id: string;
  readonly by: string;
  readonly at: Instant;
  readonly about: string;
}

export function testMessage({ from, to, hostname, id, by, at, about }: TestMessage): Buffer {
  const fields = [
    formatField('From', from === '' ? `postmaster@${hostname}` : from),
    formatField('To', to),
    formatField('Subject', `Test message of relay365 (${id})`),
    formatField('Date', new Date(at).toUTCString().replace('GMT', '+0000')),
    formatField('Message-ID', `<${id}.test@${hostname}>`),
    // RFC 3834 5: nobody is to answer it by itself.
    formatField('Auto-Submitted', 'auto-generated'),
    formatField('MIME-Version', '1.0'),
    formatField('Content-Type', 'text/plain; charset=us-ascii'),
  ];
  const words = [
    `This is a test of ${ascii(about)}.`,
    `It was sent by relay365 on ${ascii(hostname)}, asked for by ${ascii(by)}.`,
    'Nothing has to be done with it.',
    '',
  ];
  return Buffer.from(`${fields.join('')}\r\n${words.join('\r\n')}`, 'ascii');
}

function ascii(text: string): string {
  return safeText(text, 200).replaceAll(/[^\x20-\x7e]/g, '?');
}
