/** A non-delivery report as Exchange Online sends it: RFC 3462 around RFC 3464, with the header of what failed. */
import { headerEnd } from '../smtp/content-rules.ts';
import { headerFields } from '../mail/header.ts';

export interface ReportRequest {
  readonly to: string;
  readonly failed: readonly { readonly address: string; readonly reply: string }[];
  readonly original: Buffer;
  /** Unique within the stand-in. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const host = 'AM0PR00MB0001.eurprd00.prod.outlook.com';

export function composeReport({ to, failed, original, id, now }: ReportRequest): Buffer {
  const domain = to.slice(to.lastIndexOf('@') + 1);
  const boundary = `report_${id}`;
  const subject = headerFields(original).find(({ name }) => name === 'subject')?.value ?? '';
  const text = [
    ['From', `Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@${domain}>`],
    ['To', `<${to}>`],
    ['Date', new Date(now).toUTCString().replace('GMT', '+0000')],
    ['Message-ID', `<${id}@${host}>`],
    ['Subject', `Undeliverable: ${subject}`],
    ['MIME-Version', '1.0'],
    ['Auto-Submitted', 'auto-replied'],
    ['Content-Type', `multipart/report; report-type=delivery-status; boundary="${boundary}"`],
  ].map(([name, value]) => `${name}: ${value}`);
  const explanation = failed.map(
    ({ address, reply }) => `Your message to ${address} couldn't be delivered.\r\n${reply}\r\n`,
  );
  const status = failed.map(({ address, reply }) =>
    [
      '',
      `Final-Recipient: rfc822;${address}`,
      'Action: failed',
      `Status: ${statusOf(reply)}`,
      `Diagnostic-Code: smtp;${reply}`,
      '',
    ].join('\r\n'),
  );
  const parts = [
    `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${explanation.join('\r\n')}`,
    `Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;${host}\r\n${status.join('')}`,
  ];
  const opening = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return Buffer.concat([
    Buffer.from(
      `${text.join('\r\n')}\r\n\r\n${opening}--${boundary}\r\nContent-Type: text/rfc822-headers\r\n\r\n`,
    ),
    original.subarray(0, headerEnd(original)),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}

/** RFC 3464 2.3.4: a failure has class 5, whatever the reply said. */
function statusOf(reply: string): string {
  const code = /^\d{3} \d(\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1];
  return `5${code ?? '.0.0'}`;
}
