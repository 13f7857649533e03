/** An alert as a mail: plain text in quoted-printable, so that any route takes it. Pure. */
import type { Notice } from './channel.ts';
import { headline } from './channel.ts';

const lineMax = 76;

/** Content with CRLF line ends, 7bit. */
export function alertMail(
  notice: Notice,
  mail: { readonly from: string; readonly to: readonly string[]; readonly id: string },
): string {
  const header = [
    `From: relay365 <${mail.from}>`,
    `To: ${mail.to.join(',\r\n ')}`,
    `Subject: ${encodedWords(headline(notice))}`,
    `Date: ${new Date(notice.at).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${mail.id}.alert@${notice.hostname}>`,
    // RFC 3834 5: nobody is to answer it automatically.
    'Auto-Submitted: auto-generated',
    // One thread for one alert.
    ...(notice.word === 'test' ? [] : [`References: <${notice.alert}.thread@${notice.hostname}>`]),
    `X-Relay365-Alert: ${notice.word}; rule=${notice.rule}; severity=${notice.severity}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
  ];
  return `${header.join('\r\n')}\r\n\r\n${quotedPrintable(bodyOf(notice))}\r\n`;
}

function bodyOf(notice: Notice): string {
  return [
    headline(notice),
    '',
    notice.text,
    '',
    `What to do: ${notice.advice}`,
    '',
    `Rule: ${notice.rule}`,
    `About: ${notice.subject}`,
    `Open since: ${notice.openedAt}`,
    ...(notice.word === 'closed' ? [`Closed: ${notice.at}`] : []),
    `Relay: ${notice.hostname}`,
  ].join('\n');
}

/** RFC 2047: words of at most 75 characters, cut between characters. */
function encodedWords(text: string): string {
  const plain = text
    // oxlint-disable-next-line no-control-regex -- control characters are what it is about
    .replaceAll(/[\u0000-\u001F\u007F]+/g, ' ')
    .slice(0, 200)
    .toWellFormed();
  if (/^[ -~]*$/.test(plain) && !plain.includes('=?')) return plain;
  const parts: string[] = [''];
  for (const character of plain) {
    const last = parts.at(-1) ?? '';
    if (Buffer.byteLength(last + character) > 42) parts.push(character);
    else parts[parts.length - 1] = last + character;
  }
  return parts.map((part) => `=?utf-8?B?${Buffer.from(part).toString('base64')}?=`).join('\r\n ');
}

/** RFC 2045 6.7. */
function quotedPrintable(text: string): string {
  return text
    .toWellFormed()
    .split(/\r\n|\r|\n/)
    .map(encodedLine)
    .join('\r\n');
}

function encodedLine(line: string): string {
  let out = '';
  let length = 0;
  const bytes = Buffer.from(line);
  for (const [index, octet] of bytes.entries()) {
    const isLast = index === bytes.length - 1;
    const isPlain = (octet >= 33 && octet <= 126 && octet !== 61) || (octet === 32 && !isLast);
    const piece = isPlain
      ? String.fromCodePoint(octet)
      : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
    if (length + piece.length > lineMax - 1) {
      out += '=\r\n';
      length = 0;
    }
    out += piece;
    length += piece.length;
  }
  return out;
}
