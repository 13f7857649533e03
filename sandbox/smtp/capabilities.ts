/** The EHLO list of Exchange Online, in its order. */

export const capabilities = [
  'SIZE',
  'PIPELINING',
  'DSN',
  'ENHANCEDSTATUSCODES',
  'STARTTLS',
  '8BITMIME',
  'BINARYMIME',
  'CHUNKING',
  'SMTPUTF8',
] as const;

export type Capability = (typeof capabilities)[number];

export interface Hello {
  readonly host: string;
  readonly client: string;
  readonly offered: ReadonlySet<Capability>;
  readonly messageBytesMax: number;
  readonly tls: boolean;
  /** AUTH mechanisms; empty: none is offered. */
  readonly mechanisms: readonly string[];
}

/**
 * The whole reply to EHLO. RFC 3207 4.2: STARTTLS is not offered inside TLS; AUTH stands in its place there (recorded
 * in minosiants/pencil#24).
 */
export function ehloReply({ host, client, offered, messageBytesMax, tls, mechanisms }: Hello): string {
  const words = capabilities
    .filter((word) => offered.has(word))
    .map((word) => (word === 'SIZE' ? `SIZE ${messageBytesMax}` : word))
    .flatMap((word) => {
      if (word !== 'STARTTLS' || !tls) return [word];
      return mechanisms.length > 0 ? [`AUTH ${mechanisms.join(' ')}`] : [];
    });
  const lines = [`${host} Hello [${client}]`, ...words];
  return lines.map((line, at) => `250${at === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
}
