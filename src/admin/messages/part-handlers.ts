/** Headers and content of one message, while it is kept. */
import type { QueueId } from '../../message/message.ts';
import type { StoredMessage } from '../../store/store.ts';
import { readMail } from '../content/read-mail.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { present } from '../views.ts';
import { formerHead, shown } from './headers.ts';
import { notFound } from './not-found.ts';

/** Octets of content that are read to be shown; what is beyond is cut off. */
const shownBytesMax = 25 * 2 ** 20;

/**
 * What the frame of a mail may do: nothing (https://html.spec.whatwg.org/multipage/browsers.html#sandboxing). No script,
 * no form, no pop-up, no request to any host; pictures only from within the mail.
 */
export const mailPolicy =
  "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

export function partHandlers(
  context: AdminContext,
): Pick<Handlers, 'messageHeaders' | 'messageContent' | 'messageHtml'> {
  const { store } = context.queue;
  const find = async (id: string): Promise<StoredMessage> => {
    const message = await store.get(id as QueueId);
    if (!message) throw notFound(id);
    return message;
  };
  const contentOf = async (message: StoredMessage, bytesMax: number): Promise<Buffer | undefined> => {
    if (message.contentRef === undefined) return undefined;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of store.open(message.accepted.id, message.contentRef)) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= bytesMax) break;
    }
    return Buffer.concat(chunks).subarray(0, bytesMax);
  };
  const mailOf = async (id: string) => {
    const message = await find(id);
    const content = await contentOf(message, shownBytesMax);
    if (content === undefined) throw new Problem(409, 'Not possible now', gone);
    return { mail: await readMail(content), isCut: message.accepted.content.bytes > shownBytesMax };
  };
  return {
    async messageHeaders({ params }) {
      const message = await find(params.id);
      const { accepted } = message;
      const after = await contentOf(message, accepted.content.headerBytes);
      const before = after && accepted.head && formerHead(after, accepted.head);
      const changes = accepted.trace.filter(({ step }) => step === 'changed');
      return {
        changes: changes.map(({ by, text }) => ({ text, ...present({ by }) })),
        ...present({ before, after: after && shown(after), note: noteOf(after, before) }),
      };
    },
    async messageContent({ params }) {
      const { mail, isCut } = await mailOf(params.id);
      return {
        hasHtml: mail.html !== undefined,
        isCut: isCut || mail.isCut,
        attachments: mail.attachments.map(({ name, ...rest }) => ({ ...rest, ...present({ name }) })),
        attachmentCount: mail.attachmentCount,
        ...present({ text: mail.text }),
      };
    },
    async messageHtml({ params }) {
      const { mail } = await mailOf(params.id);
      if (mail.html === undefined) throw new Problem(404, 'Not found', 'the message has no HTML part');
      return {
        text: mail.html,
        headers: {
          'content-security-policy': mailPolicy,
          // Only our own page may show it in a frame.
          'x-frame-options': 'SAMEORIGIN',
          'x-dns-prefetch-control': 'off',
        },
      };
    },
  };
}

const gone = 'the content is not kept any more: it is let go when the last recipient is final';

function noteOf(after: Buffer | undefined, before: string | undefined): string | undefined {
  if (after === undefined) return `${gone}, and what is left are the changes in words`;
  if (before === undefined)
    return 'more was changed than is kept, or the message was made by the relay itself';
  return undefined;
}
