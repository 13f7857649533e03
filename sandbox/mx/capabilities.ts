/** The EHLO list of the MX endpoint, in its order; AUTH is never among it. */

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
}

/** The whole reply to EHLO. RFC 3207 4.2: STARTTLS is not offered inside TLS. */
export function ehloReply({ host, client, offered, messageBytesMax, tls }: Hello): string {
  const words = capabilities
    .filter((word) => offered.has(word) && !(word === 'STARTTLS' && tls))
    .map((word) => (word === 'SIZE' ? `SIZE ${messageBytesMax}` : word));
  const lines = [`${host} Hello [${client}]`, ...words];
  return lines.map((line, at) => `250${at === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
}
