/** The source with the least rights that lets in what an unknown sender tried, and why it is so. Pure. */
import { parseMailbox } from '../../protocol/address.ts';
import type { Instant } from '../../platform/clock.ts';
import { formatInstant, plus } from '../../platform/clock.ts';
import type { Entry } from '../policy/entries.ts';
import type { Trial } from './trials.ts';

/** More different addresses of one domain than this, and the domain is named instead. */
const addressesMax = 5;
const domainsMax = 10;
/** A permission that nobody looked at closely does not last for ever. */
const monthsValid = 6;
const monthMs = 30 * 86_400_000;

export interface Proposed {
  readonly document: Entry & { readonly name: string };
  readonly reasons: readonly string[];
}

export function proposeSource(given: {
  readonly address: string;
  readonly trials: readonly Trial[];
  /** Names that are taken, in lower case. */
  readonly names: ReadonlySet<string>;
  readonly now: Instant;
  /** Last day; absent: half a year. */
  readonly until?: string;
  readonly listeners: readonly string[];
}): Proposed {
  const { address, trials } = given;
  const senders = patternsFor(trials.map(({ sender }) => sender));
  const recipients = patternsFor(trials.map(({ recipient }) => recipient));
  const nullSender = trials.some(({ sender }) => sender === '');
  const usedTls = trials.length > 0 && trials.every(({ tls }) => tls !== undefined);
  const listeners = [...new Set(trials.map(({ listener }) => listener))].filter((name) =>
    given.listeners.includes(name),
  );
  const expires = given.until ?? formatInstant(plus(given.now, monthsValid * monthMs)).slice(0, 10);
  const isOneOfMany = listeners.length > 0 && listeners.length < given.listeners.length;
  return {
    document: {
      name: freeName(trials, address, given.names),
      networks: [address],
      senders: senders.patterns,
      ...(nullSender && { nullSender: true }),
      ...(recipients.patterns.length > 0 && { recipients: recipients.patterns }),
      ...(usedTls && { requireTls: true }),
      ...(isOneOfMany && { listeners }),
      expires,
    },
    reasons: [
      `Only ${address} is let in.`,
      senders.reason('It may send as'),
      ...(recipients.patterns.length > 0 ? [recipients.reason('It may write to')] : []),
      ...(nullSender ? ['It sent with the null sender <>, as notices have it, and may go on.'] : []),
      usedTls
        ? 'It used TLS each time, so TLS is asked of it.'
        : 'It came without TLS, so TLS is not asked of it.',
      ...(isOneOfMany ? [`It came by ${listeners.join(', ')}, and is known there alone.`] : []),
      'What its header From says is not known yet: where that is another address than the sender, its mail is refused until the address is added to the senders.',
      `The permission ends on ${expires}.`,
    ],
  };
}

function patternsFor(addresses: readonly string[]): {
  readonly patterns: string[];
  readonly reason: (words: string) => string;
} {
  const byDomain = new Map<string, Set<string>>();
  for (const text of addresses) {
    const mailbox = parseMailbox(text);
    if (!mailbox.ok) continue;
    const { key, domainKey } = mailbox.value;
    const known = byDomain.get(domainKey) ?? new Set();
    byDomain.set(domainKey, known.add(key));
  }
  if (byDomain.size > domainsMax) {
    return {
      patterns: ['*'],
      reason: (words) => `${words} any address, because it used ${byDomain.size} domains.`,
    };
  }
  const patterns: string[] = [];
  const many: string[] = [];
  for (const [domain, keys] of byDomain) {
    if (keys.size <= addressesMax) patterns.push(...keys);
    else {
      patterns.push(`*@${domain}`);
      many.push(`${domain} as a whole, because it used ${keys.size} addresses of it`);
    }
  }
  return {
    patterns,
    reason: (words) =>
      many.length === 0
        ? `${words} what it used: ${patterns.join(', ') || 'nothing'}.`
        : `${words} ${patterns.join(', ')}: ${many.join('; ')}.`,
  };
}

/** From the name it gave itself, else from its sender, else from its address. */
function freeName(trials: readonly Trial[], address: string, taken: ReadonlySet<string>): string {
  const helo = trials
    .find(({ helo: one }) => one !== undefined && /^[A-Za-z]/.test(one))
    ?.helo?.split('.')[0];
  const sender = trials.find(({ sender: one }) => one !== '')?.sender.split('@')[0];
  const words = [helo, sender, `device-${address}`].map((text) =>
    (text ?? '')
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[._-]+/, '')
      .slice(0, 50),
  );
  const base =
    words.find((text) => text !== '' && !['localhost', 'localdomain'].includes(text.toLowerCase())) ??
    'device';
  if (!taken.has(base.toLowerCase())) return base;
  for (let number = 2; ; number += 1) {
    const name = `${base}-${number}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
