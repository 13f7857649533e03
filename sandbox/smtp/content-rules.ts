/** What the endpoint refuses in a content, and what it takes but a careful client would not send. */
import { fieldTooLong, replies } from './replies.ts';
import type { MailParameters } from './parameters.ts';

/** "Fixed maximum" of Exchange's MaxHeaderSize default, in octets. */
const headerBytesMax = 256 * 1024;
/** Longest value of one header field, in octets: `554 5.6.211` beyond it. */
const fieldBytesMax = 32_768;

const blankLine = Buffer.from('\r\n\r\n');

/** Where the empty line ends the header section; the whole length where there is none. */
export function headerEnd(content: Buffer): number {
  if (content[0] === 0x0d && content[1] === 0x0a) return 0;
  const at = content.indexOf(blankLine);
  return at === -1 ? content.length : at + 2;
}

/** The reply that refuses this content, or `undefined`. */
export function refuseContent(content: Buffer, transfer: 'DATA' | 'BDAT'): string | undefined {
  // By BDAT the endpoint takes bare line ends ("Fix NDR error code 550 5.6.11", Microsoft Learn).
  if (transfer === 'DATA' && hasBareLineEnd(content)) return replies.bareLineEnd;
  const end = headerEnd(content);
  if (end > headerBytesMax) return replies.headerTooLarge;
  for (const field of content.toString('latin1', 0, end).split(/\r\n(?![ \t])/)) {
    const colon = field.indexOf(':');
    const value = field.length - colon - 1;
    if (colon > 0 && value > fieldBytesMax) return fieldTooLong(field.slice(0, colon), value, fieldBytesMax);
  }
  return undefined;
}

/** Breaches of RFC 5321, 6152, 6531 and 3030 that are taken all the same, as sentences. */
export function wireNotes(content: Buffer, parameters: MailParameters): string[] {
  const notes: string[] = [];
  const end = headerEnd(content);
  const eightBitAt = content.findIndex((octet) => octet > 127);
  if (eightBitAt !== -1 && parameters.body === '7BIT') {
    notes.push(`octet ${eightBitAt} is above 127, but BODY=8BITMIME was not declared (RFC 6152 2)`);
  }
  if (eightBitAt !== -1 && eightBitAt < end && !parameters.smtpUtf8) {
    notes.push(`the header section is not ASCII, but SMTPUTF8 was not asked for (RFC 6531 3.4)`);
  }
  if (parameters.body !== 'BINARYMIME') {
    if (hasBareLineEnd(content)) notes.push('bare CR or LF in the content (RFC 5321 2.3.8)');
    if (longestLine(content) > 998) notes.push('a line is longer than 998 octets (RFC 5322 2.1.1)');
    if (!content.subarray(-2).equals(Buffer.from('\r\n')))
      notes.push('the content does not end in CR LF (RFC 5321 4.1.1.4)');
  }
  return notes;
}

/** Message-ID of the header section, or `undefined`. */
export function messageIdOf(content: Buffer): string | undefined {
  const header = content.toString('latin1', 0, Math.min(headerEnd(content), headerBytesMax));
  return /^message-id:\s*(<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>)/im.exec(header)?.[1];
}

function hasBareLineEnd(content: Buffer): boolean {
  for (let at = content.indexOf(0x0a); at !== -1; at = content.indexOf(0x0a, at + 1)) {
    if (content[at - 1] !== 0x0d) return true;
  }
  for (let at = content.indexOf(0x0d); at !== -1; at = content.indexOf(0x0d, at + 1)) {
    if (content[at + 1] !== 0x0a) return true;
  }
  return false;
}

function longestLine(content: Buffer): number {
  let longest = 0;
  let start = 0;
  for (let end = content.indexOf('\r\n'); end !== -1; end = content.indexOf('\r\n', start)) {
    longest = Math.max(longest, end - start);
    start = end + 2;
  }
  return Math.max(longest, content.length - start);
}
