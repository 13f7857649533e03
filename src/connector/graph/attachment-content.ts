/** The octets of an attachment and what it is called (RFC 2045 6.7, 6.8; RFC 2183). Untrusted: all of it. */
import { setImmediate } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { safeText } from '../../protocol/mail/field-writer.ts';
import type { Attachment } from './attachments.ts';

export interface AttachmentFacts {
  readonly name: string;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId?: string;
}

/** Octets of encoded text that are decoded at a time: a multiple of 4, and a few milliseconds. */
const sliceBytes = 1024 * 1024;
/** Characters of a name. */
const nameMax = 255;

/** The library reads the header alone: encoded words (RFC 2047), continuations and character sets (RFC 2231). */
export async function attachmentFacts({ part }: Attachment): Promise<AttachmentFacts> {
  const header = Buffer.concat([...part.header, Buffer.from('\r\n')]);
  // A header that the library does not take leaves the attachment without its name, which is better than without a way.
  const parsed = await PostalMime.parse(header, { forceRfc822Attachments: true }).catch(() => undefined);
  const read = parsed?.attachments[0];
  const contentId = read?.contentId?.replaceAll(/^<|>$/g, '');
  const name = safeText((read?.filename ?? '').replaceAll(/[\\/:*?"<>|]/g, '_'), nameMax).trim();
  return {
    name: name === '' ? nameless(part.type) : name,
    contentType: /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(part.type) ? part.type : 'application/octet-stream',
    isInline: read?.disposition === 'inline' && contentId !== undefined,
    ...(contentId !== undefined && { contentId: safeText(contentId, nameMax) }),
  };
}

/** Decoded. `undefined`: an encoding that RFC 2045 does not know. */
export async function attachmentContent(
  content: Buffer,
  { part, bodyFrom, bodyTo }: Attachment,
): Promise<Buffer | undefined> {
  const body = content.subarray(bodyFrom, bodyTo);
  switch (part.encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
      return body;
    case 'base64':
      return decodeBase64(body);
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    default:
      return undefined;
  }
}

async function decodeBase64(body: Buffer): Promise<Buffer> {
  const decoded: Buffer[] = [];
  let carry = '';
  for (let at = 0; at < body.length; at += sliceBytes) {
    // RFC 2045 6.8: what is not of the alphabet is ignored; padding ends the data.
    const text = carry + body.toString('latin1', at, at + sliceBytes).replaceAll(/[^A-Za-z0-9+/]/g, '');
    const whole = text.length - (text.length % 4);
    decoded.push(Buffer.from(text.slice(0, whole), 'base64'));
    carry = text.slice(whole);
    await setImmediate();
  }
  return Buffer.concat([...decoded, Buffer.from(carry, 'base64')]);
}

async function decodeQuotedPrintable(body: Buffer): Promise<Buffer> {
  const decoded: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    // Whole lines, so that no `=XX` and no soft line break is cut.
    const end = body.indexOf(0x0a, Math.min(at + sliceBytes, body.length) - 1);
    const next = end < 0 ? body.length : end + 1;
    const text = body
      .toString('latin1', at, next)
      .replaceAll(/[ \t]{1,998}(?=\r?\n|$)/g, '')
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    decoded.push(Buffer.from(text, 'latin1'));
    at = next;
    await setImmediate();
  }
  return Buffer.concat(decoded);
}

function nameless(type: string): string {
  return type === 'message/rfc822' ? 'message.eml' : 'attachment';
}
