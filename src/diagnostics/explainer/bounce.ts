/**
 * Reads a returned message (RFC 3462, RFC 3464): what is said of each recipient, and which message it is about. The file
 * comes from the network: at most `bounceCharsMax` are read, and fields and recipients are bounded.
 */
import PostalMime from 'postal-mime';

/** Characters of a returned message that are read. */
export const bounceCharsMax = 512 * 1024;
const recipientsMax = 100;
const nestingMax = 20;
const headerCharsMax = 64 * 1024;
const fieldCharsMax = 2_000;

export interface Bounce {
  /** The part for people, with Microsoft's "Diagnostic information for administrators". */
  readonly text: string;
  readonly reportingMta?: string;
  readonly recipients: readonly BouncedRecipient[];
  /** Of the message that came back, with its angle brackets. */
  readonly messageId?: string;
  readonly subject?: string;
  readonly sender?: string;
}

export interface BouncedRecipient {
  readonly recipient?: string;
  /** `failed`, `delayed`, `delivered`, `relayed` or `expanded` (RFC 3464 2.3.3). */
  readonly action?: string;
  /** RFC 3463. */
  readonly status?: string;
  readonly remoteMta?: string;
  readonly diagnostic?: string;
}

/** Whether a text is a mail with a report in it, and not words about one. */
export function looksLikeMail(text: string): boolean {
  const head = text.slice(0, 64 * 1024);
  return (
    /^content-type:/im.test(head) &&
    /^(?:from|to|subject|date|received|return-path|mime-version):/im.test(head)
  );
}

/** `undefined`: this is no returned message. */
export async function readBounce(mail: string): Promise<Bounce | undefined> {
  const parsed = await PostalMime.parse(mail.slice(0, bounceCharsMax), {
    forceRfc822Attachments: true,
    attachmentEncoding: 'utf8',
    maxNestingDepth: nestingMax,
    maxHeadersSize: headerCharsMax,
  }).catch(() => undefined);
  if (!parsed) return undefined;
  const part = (types: RegExp) => {
    const found = parsed.attachments.find(({ mimeType }) => types.test(mimeType));
    return (
      found &&
      (typeof found.content === 'string'
        ? found.content
        : Buffer.from(found.content as ArrayBuffer).toString('utf8'))
    );
  };
  const report = part(/^message\/(?:global-)?delivery-status$/i);
  const text = parsed.text ?? plain(parsed.html ?? '');
  const returned = part(/^(?:message\/(?:rfc822|global)|text\/rfc822-headers|message\/global-headers)$/i);
  if (report === undefined && !/Diagnostic information for administrators/i.test(text)) return undefined;
  const [whole = new Map<string, string>(), ...each] = blocksOf(report ?? '');
  const header = blocksOf(returned ?? '')[0] ?? new Map<string, string>();
  const original = header.get('message-id') ?? inReplyTo(parsed.inReplyTo);
  const reportingMta = afterType(whole.get('reporting-mta'));
  return {
    text: text.slice(0, bounceCharsMax),
    recipients: each.slice(0, recipientsMax).map(recipientOf),
    ...given('reportingMta', reportingMta),
    ...given('messageId', original?.trim()),
    ...given('subject', header.get('subject')),
    ...given('sender', header.get('from')),
  };
}

function recipientOf(fields: ReadonlyMap<string, string>): BouncedRecipient {
  const code = fields.get('diagnostic-code');
  return {
    ...given('recipient', afterType(fields.get('final-recipient') ?? fields.get('original-recipient'))),
    ...given('action', fields.get('action')?.toLowerCase()),
    ...given('status', fields.get('status')?.split(/\s/)[0]),
    ...given('remoteMta', afterType(fields.get('remote-mta'))),
    ...given('diagnostic', afterType(code)),
  };
}

/** Blocks of fields between empty lines; continuation lines are joined (RFC 5322 2.2.3). */
function blocksOf(text: string): Map<string, string>[] {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/)
    .slice(0, recipientsMax + 1)
    .map((block) => {
      const fields = new Map<string, string>();
      for (const line of block.replaceAll(/\n[ \t]+/g, ' ').split('\n')) {
        const colon = line.indexOf(':');
        const name = line.slice(0, colon).trim().toLowerCase();
        if (colon > 0 && !fields.has(name))
          fields.set(
            name,
            line
              .slice(colon + 1)
              .trim()
              .slice(0, fieldCharsMax),
          );
      }
      return fields;
    })
    .filter((fields) => fields.size > 0);
}

/** RFC 3464 2.1.2: `rfc822; user@example.com`, `smtp; 550 …`, `dns; host`. */
function afterType(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const semicolon = value.indexOf(';');
  return (/^[a-z0-9-]+$/i.test(value.slice(0, semicolon).trim()) ? value.slice(semicolon + 1) : value).trim();
}

function inReplyTo(value: string | undefined): string | undefined {
  return /<[^<>\s]{1,250}>/.exec(value ?? '')?.[0];
}

// Exchange writes the part for people as HTML alone in some notices.
function plain(html: string): string {
  return html
    .slice(0, bounceCharsMax)
    .replaceAll(/<[^<>]{0,2000}>/g, ' ')
    .replaceAll(/&(?:#39|apos);/g, "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

function given<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return (value === undefined || value === '' ? {} : { [key]: value }) as { readonly [P in K]?: string };
}
