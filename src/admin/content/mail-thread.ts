/** The thread that takes one mail apart; gives text, HTML and what is attached, all of bounded size. */
import { parentPort, workerData } from 'node:worker_threads';
import PostalMime from 'postal-mime';
import type { Attachment } from 'postal-mime';
import type { ReadMail } from './read-mail.ts';

const textCharactersMax = 500_000;
const htmlCharactersMax = 2_000_000;
const attachmentsMax = 100;
const nameCharactersMax = 255;
const nestingMax = 50;
const headerBytesMax = 2 ** 20;

const mail = await PostalMime.parse(workerData as Uint8Array, {
  maxNestingDepth: nestingMax,
  maxHeadersSize: headerBytesMax,
});
const { attachments, html, text } = mail;
parentPort?.postMessage({
  ...(text === undefined ? {} : { text: text.slice(0, textCharactersMax) }),
  ...(html === undefined ? {} : { html: withInlinePictures(html.slice(0, htmlCharactersMax), attachments) }),
  isCut: (text?.length ?? 0) > textCharactersMax || (html?.length ?? 0) > htmlCharactersMax,
  attachments: attachments.slice(0, attachmentsMax).map((attachment) => ({
    ...(attachment.filename ? { name: attachment.filename.slice(0, nameCharactersMax) } : {}),
    type: attachment.mimeType.slice(0, nameCharactersMax),
    bytes: sizeOf(attachment),
    inline: attachment.disposition === 'inline',
  })),
  attachmentCount: attachments.length,
} satisfies ReadMail);

function sizeOf({ content }: Attachment): number {
  return typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength;
}

/** Pictures that the mail brings with it (RFC 2392) become data: of it; raster formats only, because SVG may hold more. */
function withInlinePictures(page: string, parts: readonly Attachment[]): string {
  const pictures = new Map<string, Attachment>();
  for (const part of parts) {
    if (
      part.contentId &&
      /^image\/(?:png|jpe?g|gif|webp|bmp)$/i.test(part.mimeType) &&
      sizeOf(part) <= 2 ** 20
    ) {
      pictures.set(part.contentId.replace(/^<|>$/g, ''), part);
    }
  }
  return page.replaceAll(/cid:([^\s"'<>)]{1,200})/gi, (whole, id: string) => {
    const part = pictures.get(id);
    if (part === undefined || page.length > htmlCharactersMax) return whole;
    const { content, mimeType } = part;
    const octets = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer);
    return `data:${mimeType.toLowerCase()};base64,${octets.toString('base64')}`;
  });
}
