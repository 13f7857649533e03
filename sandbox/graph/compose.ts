/** Makes a message of Graph's JSON `message` resource, as far as a relay may send it. Untrusted: the whole value. */
import { isMailbox } from '../smtp/command-line.ts';
import type { Attachment } from './drafts.ts';

export type Composed =
  | { readonly ok: true; readonly content: Buffer; readonly attachments: readonly Attachment[] }
  | { readonly ok: false; readonly code: string; readonly message: string };

class Malformed extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function composeJson(
  message: unknown,
  given: { readonly mailbox: string; readonly id: string; readonly now: number },
): Composed {
  try {
    const value = objectOf(message, 'message');
    const attachments = listOf(value['attachments']).map((item, at) =>
      attachmentOf(item, `${given.id}-${at}`),
    );
    return { ok: true, content: headAndBody(value, given), attachments };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { ok: false, code: error.code, message: error.message };
  }
}

/** The message with its attachments, as multipart/mixed when there are any. */
export function withAttachments(content: Buffer, attachments: readonly Attachment[], id: string): Buffer {
  if (attachments.length === 0) return content;
  const text = content.toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  const fields = text.slice(0, end).split(/\r\n(?![ \t])/);
  const isContent = (field: string): boolean => /^content-/i.test(field);
  const boundary = `graph_${id}`;
  const head = [
    ...fields.filter((field) => !isContent(field)),
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
  ];
  const parts = attachments.map(({ name, contentType, content: octets }) => {
    const lines = octets.toString('base64').replaceAll(/.{76}/g, '$&\r\n');
    return `--${boundary}\r\nContent-Type: ${contentType}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n`;
  });
  const first = `--${boundary}\r\n${fields.filter(isContent).join('\r\n')}\r\n\r\n${text.slice(end + 4)}\r\n`;
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${first}${parts.join('')}--${boundary}--\r\n`);
}

function headAndBody(
  value: Readonly<Record<string, unknown>>,
  given: { readonly mailbox: string; readonly id: string; readonly now: number },
): Buffer {
  const body = objectOf(value['body'] ?? {}, 'body');
  const type = body['contentType'];
  const html = typeof type === 'string' && type.toLowerCase() === 'html';
  const from = value['from'] === undefined ? given.mailbox : addressOf(value['from']);
  const text = Buffer.from(typeof body['content'] === 'string' ? body['content'] : '').toString('base64');
  const head = [
    `From: <${from}>`,
    ...recipientField('To', value['toRecipients']),
    ...recipientField('Cc', value['ccRecipients']),
    ...recipientField('Bcc', value['bccRecipients']),
    `Subject: ${typeof value['subject'] === 'string' ? oneLine(value['subject']) : ''}`,
    `Date: ${new Date(given.now).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${given.id}@AM0PR00MB0001.eurprd00.prod.outlook.com>`,
    'MIME-Version: 1.0',
    ...listOf(value['internetMessageHeaders']).map(customField),
    `Content-Type: text/${html ? 'html' : 'plain'}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text.replaceAll(/.{76}/g, '$&\r\n')}\r\n`);
}

function recipientField(name: string, list: unknown): string[] {
  const addresses = listOf(list).map(addressOf);
  return addresses.length === 0 ? [] : [`${name}: ${addresses.map((one) => `<${one}>`).join(', ')}`];
}

function addressOf(value: unknown): string {
  const { address } = objectOf(objectOf(value, 'recipient')['emailAddress'], 'emailAddress');
  if (typeof address !== 'string' || !isMailbox(address))
    throw new Malformed('ErrorInvalidRecipients', 'At least one recipient is not valid.');
  return address;
}

/** Only `x-` fields may be set (graph-docs, user-sendmail). */
function customField(value: unknown): string {
  const { name, value: text } = objectOf(value, 'internetMessageHeader');
  if (typeof name !== 'string' || typeof text !== 'string' || !/^x-[\x21-\x39\x3b-\x7e]+$/i.test(name))
    throw new Malformed(
      'InvalidInternetMessageHeader',
      `The internet message header name '${typeof name === 'string' ? name.slice(0, 80) : ''}' should start with 'x-' or 'X-'.`,
    );
  return `${name}: ${oneLine(text)}`;
}

function attachmentOf(value: unknown, id: string): Attachment {
  const attachment = readAttachment(value, id);
  if (attachment === undefined)
    throw new Malformed('ErrorInvalidRequest', 'An attachment needs name and contentBytes.');
  return attachment;
}

/** `undefined`: no file attachment. */
export function readAttachment(value: unknown, id: string): Attachment | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, contentBytes, contentType } = value as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || typeof contentBytes !== 'string') return undefined;
  return {
    id,
    name: fileName(name),
    contentType: mediaTypeOf(contentType),
    content: Buffer.from(contentBytes, 'base64'),
  };
}

export function fileName(name: string): string {
  return name.replaceAll(/["\\\r\n]/g, '_').slice(0, 255);
}

export function mediaTypeOf(value: unknown): string {
  const isType = typeof value === 'string' && /^[\w.+-]+\/[\w.+-]+$/.test(value);
  return isType ? value : 'application/octet-stream';
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Malformed('ErrorInvalidRequest', `${what} is not an object.`);
  return { ...value };
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Malformed('ErrorInvalidRequest', 'A list is needed.');
  return value;
}
