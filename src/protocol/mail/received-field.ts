/** The trace field that a relay puts on top: RFC 5321 4.4, with the keywords of RFC 3848 and RFC 6531 4.3. */
import { isIP } from 'node:net';
import { formatMailDate } from './mail-date.ts';
import type { HeaderSection } from './header-section.ts';

export interface ReceivedFacts {
  /** What the client said in EHLO or HELO: untrusted. */
  readonly helo: string;
  /** Address of the client as observed. */
  readonly address: string;
  readonly hostname: string;
  /** `ESMTPSA`, `UTF8SMTPS` …: written by the listener. */
  readonly protocol: string;
  readonly tls?: { readonly version: string; readonly cipher: string };
  /** Name of the authorised source. */
  readonly source: string;
  readonly id: string;
  /** The only recipient; with several none is named, because each would learn of the others. */
  readonly recipient?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const domain =
  /^(?=.{1,255}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/;
/** Word beside our name by which we know our own trace field again. */
const program = '(relay365)';

/** The whole field with its CRLF. */
export function formatReceived(facts: ReceivedFacts): string {
  const tls = facts.tls ? ` (${token(facts.tls.version)} ${token(facts.tls.cipher)})` : '';
  const recipient = facts.recipient ? ` for <${facts.recipient}>` : '';
  return (
    `Received: from ${fromClause(facts)}\r\n` +
    `\tby ${facts.hostname} ${program} with ${facts.protocol}${tls} id ${facts.id}\r\n` +
    // A recipient may be long, and quoted with blanks: it must not be folded, so it stands on its own line.
    `\t(source ${token(facts.source)})${recipient};\r\n` +
    `\t${formatMailDate(facts.at)}\r\n`
  );
}

/** The trace field of a message that began here. */
export function formatOwnReceived(facts: Pick<ReceivedFacts, 'hostname' | 'id' | 'at'>): string {
  return `Received: by ${facts.hostname} ${program} id ${facts.id};\r\n\t${formatMailDate(facts.at)}\r\n`;
}

/** RFC 5321 4.1.3 address literal. */
export function addressLiteral(address: string): string {
  return isIP(address) === 6 ? `[IPv6:${address}]` : `[${address}]`;
}

/** RFC 5321 4.4 Extended-Domain: the claim, then what we saw. A claim that is no domain goes into the comment. */
function fromClause(facts: ReceivedFacts): string {
  const seen = addressLiteral(facts.address);
  if (domain.test(facts.helo)) return `${facts.helo} (${seen})`;
  if (facts.helo === seen) return `${seen} (${seen})`;
  return facts.helo === '' ? `${seen} (${seen})` : `${seen} (${seen} helo=${token(facts.helo)})`;
}

/** At most 64 harmless characters: what a client says must not end the comment that holds it. */
function token(text: string): string {
  return text.slice(0, 64).replaceAll(/[^A-Za-z0-9._:[\]-]/g, '?');
}

/** How often the message has been relayed, and whether by us. */
export interface Hops {
  readonly count: number;
  readonly ours: boolean;
}

/**
 * RFC 5321 6.3: Received fields show a loop. Ours is told by host name and program in its `by` clause, which
 * anyone could forge only to have his own mail refused. No separate loop field is written, because a Received
 * field is what every relay on the way keeps.
 */
export function countHops(header: HeaderSection, hostname: string): Hops {
  let count = 0;
  let ours = false;
  const mark = `by ${hostname.toLowerCase()} ${program}`;
  for (const field of header.fields) {
    if (field.name !== 'received') continue;
    count++;
    // Folds may have been moved on the way; our own clause stands in the first 2000 octets.
    const value = header.value(field).slice(0, 2000).toLowerCase().replaceAll(/\s+/g, ' ');
    if (value.includes(` ${mark}`) || value.startsWith(mark)) ours = true;
  }
  return { count, ours };
}
