/** A message of an exact size, as a scanner or an application sends it: a header section and lines of base64 width. */

const header =
  'From: Load <load@contoso.com>\r\n' +
  'To: Sink <sink@fabrikam.example>\r\n' +
  'Subject: Measurement\r\n' +
  'Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n' +
  'Message-ID: <measurement@contoso.com>\r\n' +
  'MIME-Version: 1.0\r\n' +
  'Content-Type: text/plain; charset=us-ascii\r\n' +
  '\r\n';

/** Octets of the smallest content that `makeContent` can make. */
export const contentBytesMin = header.length + 4;

/** Exactly `bytes` octets that end in CR LF; no line begins with a dot. */
export function makeContent(bytes: number): Buffer {
  if (bytes < contentBytesMin) throw new RangeError(`a content has at least ${contentBytesMin} octets`);
  const line = `${'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/'.repeat(2).slice(0, 76)}\r\n`;
  const content = Buffer.alloc(bytes, line, 'latin1');
  content.write(header, 'latin1');
  // The cut may have left a bare CR or LF before the end.
  content.write('xx\r\n', bytes - 4, 'latin1');
  return content;
}
