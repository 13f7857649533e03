/**
 * Behaviour by recipient address, so that a test or a curious administrator provokes a failure by writing to it:
 *
 *   tempfail@        RCPT is answered 451
 *   permfail@        RCPT is answered 550 (no such recipient)
 *   mailbox-full@    RCPT is answered 552
 *   busy@            RCPT is answered 451 4.7.500 Server busy
 *   close@           RCPT is answered 421 and the connection is closed
 *   garble@          RCPT is answered with bytes that are no SMTP reply
 *   drop-at-rcpt@    the connection is cut instead of an answer to RCPT
 *   drop-in-data@    the connection is cut after some octets of the content
 *   tempfail-data@   the end of the content is answered 451
 *   permfail-data@   the end of the content is answered 554
 *   drop-after-dot@  the content is kept, and the connection is cut instead of 250 (RFC 1047: in doubt)
 *   silent@          the end of the content is never answered
 *   slow-30s@        the end of the content is answered 30 seconds late
 *   throttle-30s@    busy for 30 seconds from the first attempt on, then takes the mail
 *
 *   5-7-64@          answers with the recorded line of that enhanced code, where Microsoft 365 says it; a line that comes
 *   smtpauth-off-…@  after a message was taken comes back as a non-delivery report. `recorded-lines.json` has all names
 *   ndr-5-1-10@      takes the mail, and the line comes back as a non-delivery report
 *
 * Any of them may end in `-Nx`: only the first N times, then the address takes mail (`tempfail-2x@`, `drop-after-dot-1x@`).
 * What follows a `+` tells addresses apart and means nothing else (`tempfail-1x+scan7@`). The domain means nothing.
 */

import { type RecordedHttpLine, recordedHttpLine, recordedLine } from './recorded-lines.ts';

export type Fault =
  /** The message is taken, and a report says this afterwards. */
  | { readonly at: 'later'; readonly kind: 'ndr'; readonly reply: string }
  /** Graph answers with this; SMTP has no such line. */
  | { readonly at: 'graph'; readonly kind: 'http'; readonly line: RecordedHttpLine }
  | {
      readonly at: 'rcpt';
      readonly kind: 'refuse';
      readonly reply: string;
      readonly retryAfterSeconds?: number;
    }
  | { readonly at: 'rcpt'; readonly kind: 'close'; readonly reply: string }
  | { readonly at: 'rcpt'; readonly kind: 'garble' | 'drop' }
  | { readonly at: 'content'; readonly kind: 'drop' }
  | { readonly at: 'end'; readonly kind: 'refuse'; readonly reply: string }
  | { readonly at: 'end'; readonly kind: 'drop' | 'silent' }
  | { readonly at: 'end'; readonly kind: 'delay'; readonly ms: number };

type Make = (context: { readonly address: string; readonly client: string }) => Fault;

const refuse =
  (reply: string): Make =>
  () => ({ at: 'rcpt', kind: 'refuse', reply });
const refuseContent =
  (reply: string): Make =>
  () => ({ at: 'end', kind: 'refuse', reply });
const busy = ({
  client,
}: {
  readonly address: string;
  readonly client: string;
}): Fault & { readonly at: 'rcpt'; readonly kind: 'refuse' } => ({
  at: 'rcpt',
  kind: 'refuse',
  reply: `451 4.7.500 Server busy. Please try again later from [${client}]. (AS77712344)`,
});

const byName = new Map<string, Make>([
  ['tempfail', refuse('451 4.3.2 Temporary server error. Please try again later ATTR17')],
  [
    'permfail',
    refuse('550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'),
  ],
  ['mailbox-full', refuse('552 5.2.2 STOREDRV.Deliver: mailbox full.')],
  ['busy', busy],
  ['close', () => ({ at: 'rcpt', kind: 'close', reply: '421 4.3.2 Service not available' })],
  ['garble', () => ({ at: 'rcpt', kind: 'garble' })],
  ['drop-at-rcpt', () => ({ at: 'rcpt', kind: 'drop' })],
  ['drop-in-data', () => ({ at: 'content', kind: 'drop' })],
  [
    'tempfail-data',
    refuseContent('451 4.7.0 Temporary server error. Please try again later. PRX4 NextHop: example.com'),
  ],
  ['permfail-data', refuseContent('554 5.6.0 STOREDRV.Deliver; Corrupt message content')],
  ['drop-after-dot', () => ({ at: 'end', kind: 'drop' })],
  ['silent', () => ({ at: 'end', kind: 'silent' })],
]);

const reportPrefix = 'ndr-';

function recordedFault(
  name: string,
  context: { readonly address: string; readonly client: string },
): Fault | undefined {
  const http = recordedHttpLine(name);
  if (http !== undefined) return { at: 'graph', kind: 'http', line: http };
  const asReport = name.startsWith(reportPrefix);
  const line = recordedLine(asReport ? name.slice(reportPrefix.length) : name);
  if (line === undefined) return undefined;
  const reply = filled(line.reply, context);
  if (asReport || line.at === 'ndr') return { at: 'later', kind: 'ndr', reply };
  // RFC 5321 3.8: after 421 the connection is closed.
  if (reply.startsWith('421')) return { at: 'rcpt', kind: 'close', reply };
  return line.at === 'end' ? { at: 'end', kind: 'refuse', reply } : { at: 'rcpt', kind: 'refuse', reply };
}

function filled(
  line: string,
  { address, client }: { readonly address: string; readonly client: string },
): string {
  const clean = address.replaceAll(/[^\x21-\x7e]/g, '?');
  return line
    .replaceAll('{client}', client)
    .replaceAll('{address}', clean)
    .replaceAll('{domain}', clean.slice(clean.lastIndexOf('@') + 1));
}

function isRecorded(name: string): boolean {
  const line = name.startsWith(reportPrefix) ? name.slice(reportPrefix.length) : name;
  return recordedLine(line) !== undefined || recordedHttpLine(line) !== undefined;
}

/** Seconds that `slow-…s` and `throttle-…s` may name; longer ones are plain addresses. */
const secondsMax = 600;
/** Addresses counted at a time; the one counted first is forgotten beyond it. */
const countedMax = 10_000;

/** Knows how often each address was asked, for `-Nx` and `throttle`. */
export class FaultBook {
  readonly #seen = new Map<string, { times: number; readonly first: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What to do with this RCPT, counting it; `undefined`: take it. `client` is the peer's address. */
  next(address: string, client: string): Fault | undefined {
    const parsed = parseFaultAddress(address);
    if (parsed === undefined) return undefined;
    const seen = this.#count(address.toLowerCase());
    if (parsed.times !== undefined && seen.times > parsed.times) return undefined;
    if (parsed.name === 'slow') return { at: 'end', kind: 'delay', ms: (parsed.seconds ?? 0) * 1000 };
    const context = { address, client };
    if (parsed.name === 'throttle') {
      const leftMs = seen.first + (parsed.seconds ?? 0) * 1000 - this.#now();
      return leftMs > 0 ? { ...busy(context), retryAfterSeconds: Math.ceil(leftMs / 1000) } : undefined;
    }
    return byName.get(parsed.name)?.(context) ?? recordedFault(parsed.name, context);
  }

  /** The reply that a switch gives to every RCPT: a name or an enhanced code as in addresses, or the reply itself. */
  standing(name: string, address: string, client: string): string | undefined {
    if (name === '') return undefined;
    const line = recordedLine(name)?.reply ?? (/^[45]\d\d /.test(name) ? name : undefined);
    return line === undefined ? busy({ address, client }).reply : filled(line, { address, client });
  }

  #count(address: string): { times: number; readonly first: number } {
    const seen = this.#seen.get(address) ?? { times: 0, first: this.#now() };
    seen.times += 1;
    this.#seen.set(address, seen);
    if (this.#seen.size > countedMax) {
      const [oldest] = this.#seen.keys();
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    return seen;
  }
}

export interface FaultAddress {
  readonly name: string;
  readonly seconds?: number;
  readonly times?: number;
}

/** A line of a name of its own, not one of the general faults. */
export function isRecordedFault(address: string): boolean {
  const name = parseFaultAddress(address)?.name;
  return name !== undefined && !byName.has(name) && isRecorded(name);
}

/** Reads the local part; `undefined`: an ordinary address. */
export function parseFaultAddress(address: string): FaultAddress | undefined {
  const local = address.slice(0, address.lastIndexOf('@')).toLowerCase().split('+')[0] ?? '';
  const match = /^([a-z0-9-]{1,64}?)(?:-(\d{1,3})s)?(?:-(\d{1,3})x)?$/.exec(local);
  const name = match?.[1];
  if (!match || name === undefined) return undefined;
  const seconds = match[2] === undefined ? undefined : Number(match[2]);
  const timed = name === 'slow' || name === 'throttle';
  if (timed !== (seconds !== undefined) || (seconds ?? 0) > secondsMax) return undefined;
  if (!timed && !byName.has(name) && !isRecorded(name)) return undefined;
  return {
    name,
    ...(seconds !== undefined && { seconds }),
    ...(match[3] !== undefined && { times: Number(match[3]) }),
  };
}
