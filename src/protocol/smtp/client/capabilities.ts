/** What a server offers in its answer to EHLO (RFC 5321 4.1.1.1). Lines that cannot be read are ignored. */
import type { SmtpReply } from './reply-reader.ts';

export interface Capabilities {
  /** RFC 2920. */
  readonly pipelining: boolean;
  /** RFC 1870: SIZE was offered, so MAIL may carry it. */
  readonly size: boolean;
  /** RFC 1870: octets of the largest message; absent when no fixed maximum is announced. */
  readonly sizeMax?: number;
  /** RFC 6152. */
  readonly eightBitMime: boolean;
  /** RFC 3030. */
  readonly chunking: boolean;
  /** RFC 3030; counts only together with CHUNKING. */
  readonly binaryMime: boolean;
  /** RFC 6531. */
  readonly smtpUtf8: boolean;
  /** RFC 3461. */
  readonly dsn: boolean;
  /** RFC 3207. */
  readonly startTls: boolean;
  /** RFC 8689. */
  readonly requireTls: boolean;
  /** RFC 2034. */
  readonly enhancedStatusCodes: boolean;
  /** RFC 4954: SASL mechanisms in upper case. */
  readonly auth: ReadonlySet<string>;
  /** RFC 9422: recipients that one transaction may have. */
  readonly recipientsMax?: number;
  /** RFC 9422: transactions that one connection may have. */
  readonly messagesMax?: number;
}

/** After HELO, and before any answer to EHLO. */
export const noCapabilities: Capabilities = {
  pipelining: false,
  size: false,
  eightBitMime: false,
  chunking: false,
  binaryMime: false,
  smtpUtf8: false,
  dsn: false,
  startTls: false,
  requireTls: false,
  enhancedStatusCodes: false,
  auth: new Set(),
};

// RFC 5321 4.1.1.1 ehlo-keyword; the "=" is the AUTH of servers older than RFC 2554.
const ehloLine = /^([A-Za-z0-9][A-Za-z0-9-]{0,63})(?:[ =](.*))?$/;
const decimal = /^\d{1,20}$/;

/** Reads the lines after the first, which is the greeting. */
export function parseCapabilities(reply: SmtpReply): Capabilities {
  const offered = new Map<string, string>();
  for (const line of reply.lines.slice(1)) {
    const match = ehloLine.exec(line.trim());
    if (!match) continue;
    const keyword = (match[1] ?? '').toUpperCase();
    // AUTH may stand twice, once in the old form with "=".
    offered.set(keyword, `${offered.get(keyword) ?? ''} ${match[2] ?? ''}`.trim());
  }
  const limits = parseLimits(offered.get('LIMITS') ?? '');
  const sizeMax = positive(offered.get('SIZE') ?? '');
  const recipientsMax = limits.get('RCPTMAX');
  const messagesMax = limits.get('MAILMAX');
  const chunking = offered.has('CHUNKING');
  return {
    pipelining: offered.has('PIPELINING'),
    size: offered.has('SIZE'),
    // RFC 1870 4: zero means that no fixed maximum is in force.
    ...(sizeMax !== undefined && { sizeMax }),
    eightBitMime: offered.has('8BITMIME'),
    chunking,
    binaryMime: chunking && offered.has('BINARYMIME'),
    smtpUtf8: offered.has('SMTPUTF8'),
    dsn: offered.has('DSN'),
    startTls: offered.has('STARTTLS'),
    requireTls: offered.has('REQUIRETLS'),
    enhancedStatusCodes: offered.has('ENHANCEDSTATUSCODES'),
    auth: new Set(
      (offered.get('AUTH') ?? '')
        .toUpperCase()
        .split(/[ \t=]+/)
        .filter(Boolean),
    ),
    ...(recipientsMax !== undefined && { recipientsMax }),
    ...(messagesMax !== undefined && { messagesMax }),
  };
}

/** RFC 9422 4: `name=value` pairs; a limit of zero or no number is none. */
function parseLimits(text: string): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  for (const pair of text.split(/[ \t]+/)) {
    const [name = '', given = ''] = pair.split('=', 2);
    const value = positive(given);
    if (value !== undefined) limits.set(name.toUpperCase(), value);
  }
  return limits;
}

function positive(text: string): number | undefined {
  const value = decimal.test(text) ? Number(text) : 0;
  return value > 0 && Number.isSafeInteger(value) ? value : undefined;
}
