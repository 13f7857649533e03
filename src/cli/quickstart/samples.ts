/** The messages of the quickstart: what real devices and applications send, as exact octets. */
import MailComposer from 'nodemailer/lib/mail-composer';
import { scanPdf, textPdf } from './pdf.ts';
import type { RouteName } from './routes.ts';

export interface Sample {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Recipients of the envelope that a reader of the message does not see. */
  readonly blind: readonly string[];
  /** The connector that the policy chooses for it. */
  readonly route: RouteName;
  /** As it is given to the client, CR LF lines, not dot-stuffed. */
  readonly content: Buffer;
  /** How it is sent. */
  readonly tls: boolean;
  readonly login: boolean;
  readonly eightBit: boolean;
  /** Fields that the relay is told to add to it, besides its Received field. */
  readonly repaired: readonly string[];
  /** Fields that are in it and must not arrive. */
  readonly removed: readonly string[];
}

const plain = {
  blind: [],
  route: 'microsoft-365',
  tls: false,
  login: false,
  eightBit: false,
  repaired: [],
  removed: [],
} as const;

/** Makes all samples; `now` goes into their Date fields, in milliseconds since 1970. */
export async function makeSamples(now: number): Promise<Sample[]> {
  const date = new Date(now);
  const scan = await compose({
    from: 'Second floor scanner <scanner@contoso.com>',
    to: 'finance@fabrikam.example',
    subject: 'Scan from second floor',
    date,
    text: 'One page.\n',
    attachments: [{ filename: 'scan.pdf', content: textPdf('Scanned by the quickstart') }],
  });
  const bigScan = await compose({
    from: 'Second floor scanner <scanner@contoso.com>',
    to: 'archive@fabrikam.example',
    subject: 'Construction drawing',
    date,
    text: 'One page, 600 dpi.\n',
    attachments: [{ filename: 'drawing.pdf', content: scanPdf(4960, 3680) }],
  });
  return [
    {
      ...plain,
      name: 'scan with a PDF',
      from: 'scanner@contoso.com',
      to: 'finance@fabrikam.example',
      content: scan,
      tls: true,
    },
    {
      ...plain,
      name: 'alert, no Date',
      from: 'ups@contoso.com',
      to: 'it@fabrikam.example',
      content: alert(),
      repaired: ['Date', 'Message-ID'],
    },
    {
      ...plain,
      name: '8-bit order',
      from: 'erp@contoso.com',
      to: 'sales@fabrikam.example',
      content: eightBit(date),
      tls: true,
      login: true,
      eightBit: true,
    },
    {
      ...plain,
      name: 'internationalised',
      from: 'jürgen@contoso.com',
      to: 'zoë@größe.example',
      content: internationalised(date),
      tls: true,
      eightBit: true,
    },
    {
      ...plain,
      name: 'large scan',
      from: 'scanner@contoso.com',
      to: 'archive@fabrikam.example',
      content: bigScan,
      tls: true,
    },
    ...routed(date),
  ];
}

/** One for each of the other routes; the policy chooses them by the recipient's domain. */
function routed(date: Date): Sample[] {
  const from = 'scanner@contoso.com';
  const common = { ...plain, from, tls: true };
  return [
    {
      ...common,
      name: 'delivery note',
      to: 'gate@wingtip.example',
      route: 'by-certificate',
      content: note(date, 'gate@wingtip.example'),
    },
    {
      ...common,
      name: 'meter reading',
      to: 'energy@litware.example',
      route: 'mailbox',
      content: note(date, 'energy@litware.example'),
    },
    {
      ...common,
      name: 'report, blind copy',
      to: 'board@tailspin.example',
      blind: ['audit@tailspin.example'],
      route: 'graph',
      content: note(date, 'board@tailspin.example', 'Bcc: audit@tailspin.example\r\n'),
      removed: ['Bcc'],
    },
  ];
}

/** 7-bit text whose white space and dots a careless hop would change. */
function note(date: Date, to: string, fields = ''): Buffer {
  return Buffer.from(
    'From: Second floor scanner <scanner@contoso.com>\r\n' +
      `To: ${to}\r\n` +
      `${fields}Subject: Three lines,\r\n\ttwo of them the subject's\r\n` +
      `Date: ${mailDate(date)}\r\n` +
      `Message-ID: <${to.replace('@', '.')}.${date.getTime()}@contoso.com>\r\n` +
      '\r\n' +
      '.begins with a dot\r\n' +
      'ends with blanks  \r\n' +
      '\r\n',
  );
}

async function compose(mail: ConstructorParameters<typeof MailComposer>[0]): Promise<Buffer> {
  return new MailComposer({ ...mail, newline: 'windows' }).compile().build();
}

/** What an uninterruptible power supply sends: the least that can be called a message. */
function alert(): Buffer {
  return Buffer.from(
    'From: UPS room 3 <ups@contoso.com>\r\n' +
      'To: it@fabrikam.example\r\n' +
      'Subject: On battery\r\n' +
      '\r\n' +
      'Input power lost. Runtime left: 42 minutes.\r\n',
  );
}

/** ISO 8859-1 text, with the lines that go wrong where dots are not handled with care (RFC 5321 4.5.2). */
function eightBit(date: Date): Buffer {
  return Buffer.from(
    'From: ERP <erp@contoso.com>\r\n' +
      'To: sales@fabrikam.example\r\n' +
      'Subject: Order 4711\r\n' +
      `Date: ${mailDate(date)}\r\n` +
      `Message-ID: <order-4711.${date.getTime()}@contoso.com>\r\n` +
      'MIME-Version: 1.0\r\n' +
      'Content-Type: text/plain; charset=iso-8859-1\r\n' +
      'Content-Transfer-Encoding: 8bit\r\n' +
      '\r\n' +
      'Gr\u00fc\u00dfe aus M\u00fcnchen, 12 St\u00fcck \u00e0 3,50\r\n' +
      '.\r\n' +
      '..two dots\r\n' +
      '.hidden\r\n',
    'latin1',
  );
}

/** RFC 6532: UTF-8 in the header section itself. */
function internationalised(date: Date): Buffer {
  return Buffer.from(
    'From: Jürgen Müller <jürgen@contoso.com>\r\n' +
      'To: Zoë <zoë@größe.example>\r\n' +
      'Subject: Größentabelle, naïve Δ-Messung ✓\r\n' +
      `Date: ${mailDate(date)}\r\n` +
      `Message-ID: <groesse.${date.getTime()}@contoso.com>\r\n` +
      'MIME-Version: 1.0\r\n' +
      'Content-Type: text/plain; charset=utf-8\r\n' +
      'Content-Transfer-Encoding: 8bit\r\n' +
      '\r\n' +
      'Viele Grüße — Jürgen\r\n',
  );
}

/** RFC 5322 3.3. */
function mailDate(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
