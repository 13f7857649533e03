/** Repairs of the header section that a source may need, by their names in the policy. */
import { isAscii, isUtf8 } from 'node:buffer';
import type { Source } from '../policy/policy.ts';
import { lineBytesMax } from '../protocol/mail/content-scan.ts';
import type { HeaderSection } from '../protocol/mail/header-section.ts';
import { formatMailDate } from '../protocol/mail/mail-date.ts';
import { makeMessageId } from '../protocol/mail/message-id.ts';
import type { HeaderChanges } from './header-changes.ts';

/** Adds Date and Message-ID where the source needs it; returns the Message-ID it wrote. */
export function repairIdentification(
  source: Source,
  changes: HeaderChanges,
  facts: { readonly at: number; readonly id: string; readonly hostname: string },
): string | undefined {
  if (source.repairs.has('missing-date') && changes.isMissing('date')) {
    changes.removeAll('date');
    changes.add('Date', formatMailDate(facts.at));
    changes.note('missing-date', 'Date was added');
  }
  if (!source.repairs.has('missing-message-id') || !changes.isMissing('message-id')) return undefined;
  const messageId = makeMessageId(facts.id, facts.hostname);
  changes.removeAll('message-id');
  changes.add('Message-ID', messageId);
  changes.note('missing-message-id', `Message-ID ${messageId} was added`);
  return messageId;
}

/** What is known of the body when the head has to be written. */
export interface BodyEvidence {
  /** All of it, or its first octets. */
  readonly octets: readonly Buffer[];
  readonly isWhole: boolean;
  /** Octets beyond ASCII were seen. */
  readonly eightBit: boolean;
}

/**
 * What the head is written from: the body, or as much of it as fits into memory, the same octets in any split of it.
 * `isNeeded`: the head depends on it. `hasEightBit`: octets beyond ASCII were seen in the whole of it.
 */
export function evidenceOf(
  body: readonly Buffer[],
  known: { readonly memoryMax: number; readonly isNeeded: boolean; readonly hasEightBit: boolean },
): BodyEvidence {
  const isWhole = body.reduce((bytes, piece) => bytes + piece.length, 0) <= known.memoryMax;
  const octets = !known.isNeeded || isWhole ? body : [Buffer.concat(body).subarray(0, known.memoryMax)];
  return {
    octets,
    isWhole,
    eightBit: isWhole ? known.hasEightBit : octets.some((piece) => !isAscii(piece)),
  };
}

/**
 * The repair `missing-mime`: text beyond ASCII that says nothing about its charset (RFC 2045 5.2 makes it US-ASCII).
 * A body too large to be looked at as a whole is declared 8-bit, which is true of 7-bit text as well.
 */
export function mimeFields(header: HeaderSection, body: BodyEvidence): readonly [string, string][] {
  if (body.isWhole && !body.eightBit) return [];
  const fields: [string, string][] = [];
  const hasType = header.has('content-type');
  if (!header.has('mime-version')) fields.push(['MIME-Version', '1.0']);
  if (!hasType) fields.push(['Content-Type', `text/plain; charset=${charsetOf(body)}`]);
  if (!header.has('content-transfer-encoding') && (body.eightBit || !hasType)) {
    fields.push(['Content-Transfer-Encoding', '8bit']);
  }
  return body.eightBit || !hasType ? fields : [];
}

/** UTF-8 where it is that; otherwise the code page of old Windows machines, which has a character for each octet. */
function charsetOf(body: BodyEvidence): string {
  let octets = Buffer.concat(body.octets);
  // Cut off within a character: leave out its first octets (RFC 3629 3: a character has at most four).
  if (!body.isWhole) {
    let end = octets.length;
    for (let back = 1; back <= 3 && back <= octets.length; back++) {
      const octet = octets[octets.length - back] as number;
      if (octet >= 0xc0) end = octets.length - back;
      if (octet < 0x80 || octet >= 0xc0) break;
    }
    octets = octets.subarray(0, end);
  }
  return isUtf8(octets) ? 'utf-8' : 'windows-1252';
}

const signedType = /^(?:multipart\/(?:signed|encrypted)|application\/(?:x-)?pkcs7-mime)\b/i;

/** A change to the octets of the body or of fields would break a signature that receivers verify. */
export function isSigned(header: HeaderSection): boolean {
  if (header.has('dkim-signature')) return true;
  return header.all('content-type').some((field) => signedType.test(header.value(field)));
}

/** The header's part of the repair `overlong-lines`: folds before blanks (RFC 5322 2.2.3). */
export function foldLongFields(changes: HeaderChanges): void {
  const { header } = changes;
  for (const field of header.fields) {
    if (field.end - field.start <= lineBytesMax || !changes.isUntouched(field)) continue;
    const text = header.bytes.toString('latin1', field.start, field.end);
    const folded = text.split('\r\n').map(foldLine).join('\r\n');
    if (folded === text) continue;
    changes.replace(field, Buffer.from(folded, 'latin1'));
    changes.note('overlong-lines', `a long line of the field ${field.name || '(malformed)'} was folded`);
  }
}

function foldLine(line: string): string {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > lineBytesMax) {
    const blank = lastFold(rest);
    if (blank <= 0) break;
    lines.push(rest.slice(0, blank));
    rest = rest.slice(blank);
  }
  return [...lines, rest].join('\r\n');
}

/** The last blank within the limit that has text on both sides; a line of blanks only would end some headers. */
function lastFold(line: string): number {
  for (let at = lineBytesMax; at > 0; at--) {
    const isBlank = line[at] === ' ' || line[at] === '\t';
    if (isBlank && line.slice(0, at).trim() !== '' && line.slice(at).trim() !== '') return at;
  }
  return -1;
}
