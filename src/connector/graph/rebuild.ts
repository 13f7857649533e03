/** What is left of a message when attachments are taken out: the MIME that Graph makes the draft of. */
import type { HeaderSection } from '../../protocol/mail/header-section.ts';
import { editHeader } from '../../protocol/mail/header-edit.ts';
import { parseHeaderSection } from '../../protocol/mail/header-section.ts';
import type { Attachment } from './attachments.ts';

/** RFC 2046 5.1.1: a multipart has at least one part. */
const emptyPart = Buffer.from('Content-Type: text/plain\r\n\r\n\r\n');

/** `header`: that of `content`, as it is to be sent. `headerBytes`: of `content`, without the empty line. */
export function withoutAttachments(
  content: Buffer,
  headerBytes: number,
  header: readonly Buffer[],
  attachments: readonly Attachment[],
): Buffer {
  const [whole] = attachments;
  if (whole && whole.part.index === 0) return onlyHeader(Buffer.concat(header));
  const pieces = [...header];
  let at = headerBytes;
  for (const { from, to, leavesNothing } of attachments.toSorted((a, b) => a.from - b.from)) {
    pieces.push(content.subarray(at, from));
    if (leavesNothing) pieces.push(delimiterOf(content, from), emptyPart);
    at = to;
  }
  return Buffer.concat([...pieces, content.subarray(at)]);
}

function delimiterOf(content: Buffer, from: number): Buffer {
  return content.subarray(from, content.indexOf(0x0a, from) + 1);
}

/** The message was the attachment: its Content fields (RFC 2045 3) go with it. */
function onlyHeader(bytes: Buffer): Buffer {
  const parsed = parseHeaderSection(bytes);
  const kept = parsed.kind === 'parsed' ? withoutContentFields(parsed.header) : [bytes];
  return Buffer.concat([...kept, emptyPart]);
}

function withoutContentFields(header: HeaderSection): Buffer[] {
  const fields = header.fields.filter(({ name }) => name.startsWith('content-'));
  return editHeader(header, [], new Map(fields.map((field) => [field, null])));
}
