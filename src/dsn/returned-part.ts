/**
 * What of the message goes back with a report: its header section, or all of it where RET=FULL asks for it
 * (RFC 3461 4.3) and it is small and plain enough to pass any next hop. A report that does not get through
 * helps nobody, so 8-bit content goes back as header section only.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import type { Accepted } from '../message/message.ts';
import { ContentScanner, lineBytesMax } from '../protocol/mail/content-scan.ts';
import { encodeQuotedPrintable } from '../protocol/mail/quoted-printable.ts';
import type { DsnAction } from './report.ts';

/** Octets of a whole message that is returned; a larger one goes back as header section. */
export const returnedContentMax = 64 * 1024;
/** Octets of a header section that is returned; what is beyond is left out. */
export const returnedHeaderMax = 32 * 1024;

export interface ReturnedPart {
  readonly type: string;
  readonly encoding: '7bit' | 'quoted-printable';
  /** With CRLF line ends, seven bits. */
  readonly text: string;
}

/** How many octets from the start of the stored content a report needs: what the caller reads and gives as `original`. */
export function originalBytes(accepted: Accepted, action: DsnAction): number {
  return wantsAll(accepted, action)
    ? accepted.content.bytes
    : Math.min(accepted.content.headerBytes, returnedHeaderMax);
}

function wantsAll({ envelope, content }: Accepted, action: DsnAction): boolean {
  // RFC 3461 4.3: RET counts for a report of failure only.
  if (envelope.ret !== 'full' || action !== 'failed') return false;
  return content.bytes <= returnedContentMax && !content.eightBit && !content.binary;
}

export function returnedPart(accepted: Accepted, action: DsnAction, original: Uint8Array): ReturnedPart {
  const octets = Buffer.from(original.buffer, original.byteOffset, original.byteLength);
  const isWhole = octets.length === accepted.content.bytes && wantsAll(accepted, action) && isPlain(octets);
  if (isWhole) return { type: 'message/rfc822', encoding: '7bit', text: octets.toString('latin1') };
  const header = wholeLines(octets.subarray(0, Math.min(accepted.content.headerBytes, returnedHeaderMax)));
  if (isAscii(header) && isPlain(header)) {
    return { type: 'text/rfc822-headers', encoding: '7bit', text: header.toString('latin1') };
  }
  // RFC 6533 6: UTF-8 in a header section has its own type; RFC 6532 3.7 lets it be encoded, so the report stays ASCII.
  const isGlobal = !isAscii(header) && isUtf8(header);
  return {
    type: isGlobal ? 'message/global-headers' : 'text/rfc822-headers',
    encoding: 'quoted-printable',
    text: encodeQuotedPrintable(header),
  };
}

function isPlain(octets: Buffer): boolean {
  const scan = new ContentScanner();
  scan.push(octets);
  scan.end();
  return !scan.malformed && !scan.eightBit && scan.longestLine <= lineBytesMax;
}

function wholeLines(octets: Buffer): Buffer {
  return octets.subarray(0, octets.lastIndexOf('\r\n') + 2);
}
