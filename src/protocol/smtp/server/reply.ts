/** Writes replies: RFC 5321 4.2, RFC 2034. Whatever text comes in, exactly one reply goes out. */

export interface ServerReply {
  /** 200 to 599. */
  readonly code: number;
  /** RFC 3463 `class.subject.detail` or `subject.detail`; its class follows `code`. */
  readonly enhanced?: string;
  /** One entry a line. May hold what a client sent: it is made printable and cut here. */
  readonly text: string | readonly string[];
}

/** RFC 5321 4.5.3.1.5: octets of a reply line, code and CR LF counted. */
export const replyLineBytesMax = 512;
const replyLinesMax = 100;

/** The reply as octets for the wire (ASCII), CR LF at its end. */
export function formatServerReply(reply: ServerReply): string {
  const code = String(reply.code);
  const status = enhancedStatus(reply.code, reply.enhanced);
  if (typeof reply.text === 'string') return `${code} ${line(status, reply.text)}\r\n`;
  const lines = reply.text.length === 0 ? [''] : reply.text.slice(0, replyLinesMax);
  const last = lines.length - 1;
  return lines.map((text, index) => `${code}${index === last ? ' ' : '-'}${line(status, text)}\r\n`).join('');
}

// RFC 2034 3: the class digit and the first digit of the code must agree, and 3yz replies have no status.
function enhancedStatus(code: number, enhanced: string | undefined): string {
  const replyClass = Math.floor(code / 100);
  if (enhanced === undefined || replyClass === 3) return '';
  const parts = enhanced.split('.');
  return `${replyClass}.${parts.at(-2)}.${parts.at(-1)} `;
}

function line(status: string, text: string): string {
  const whole = status + printable(text);
  const room = replyLineBytesMax - 'ddd '.length - '\r\n'.length;
  return whole.length > room ? whole.slice(0, room) : whole;
}

/** Anything but printable ASCII becomes `?`, so that no input can end a line or reach a terminal. */
export function printable(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : text.replaceAll(/[^\x20-\x7e]/gu, '?');
}
