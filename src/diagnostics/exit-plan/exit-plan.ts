/**
 * What would be closed to whom: sources by the TLS and the logins that were really seen, and what becomes of each when a
 * version is closed, logins in clear are, or the listener gets another certificate. Pure; what was not seen is "unknown".
 */
import type { Instant } from '../../platform/clock.ts';
import { tlsName } from '../../platform/words.ts';
import { ofChain, ofKeyType } from './certificate-fate.ts';

export interface SeenSource {
  readonly source: string;
  readonly owner?: string;
  readonly lastAt: Instant;
  /** Each version with each cipher suite (IANA name) that was agreed. */
  readonly tls: readonly {
    readonly version: string;
    readonly cipher: string;
    readonly sessions: number;
    readonly lastAt: Instant;
  }[];
  readonly plainSessions: number;
  readonly plainLastAt?: Instant;
  readonly clearLogins: number;
  readonly clearLoginLastAt?: Instant;
  /** The last twelve weeks, the oldest first: sessions with TLS, without, logins in clear. */
  readonly weeks: readonly { readonly tls: number; readonly plain: number; readonly clear: number }[];
}

export type Step =
  | { readonly close: 'tls-below'; readonly version: '1.1' | '1.2' | '1.3' }
  | { readonly close: 'clear-login' }
  | { readonly close: 'plaintext' }
  | { readonly close: 'certificate'; readonly keyType: KeyType }
  | { readonly close: 'certificate-chain' };

export type KeyType = 'ec' | 'rsa';

/** What the listeners present now. */
export interface Presented {
  /** Kinds of keys; with both, ours is the choice, and a client gets the EC one where it takes that. */
  readonly keyTypes: readonly KeyType[];
  /** Who signed; absent: not known. */
  readonly issuer?: string;
  readonly isSelfSigned: boolean;
}

export type Fate = 'cut-off' | 'at-risk' | 'unaffected' | 'unknown';

export interface StepEffect {
  readonly step: Step;
  readonly title: string;
  readonly affected: number;
  readonly sources: readonly {
    readonly source: string;
    readonly owner?: string;
    readonly fate: Fate;
    readonly text: string;
    readonly lastAt?: Instant;
  }[];
}

/** `unknown`: something was seen, for too short a time to compare. */
export type Trend = 'falling' | 'rising' | 'steady' | 'none' | 'unknown';

/** Everything that is done in the course of leaving plaintext, the least first. */
export const steps: readonly Step[] = [
  { close: 'tls-below', version: '1.1' },
  { close: 'tls-below', version: '1.2' },
  { close: 'tls-below', version: '1.3' },
  { close: 'clear-login' },
  { close: 'plaintext' },
  { close: 'certificate', keyType: 'ec' },
  { close: 'certificate', keyType: 'rsa' },
  { close: 'certificate-chain' },
];

const order = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const recentMs = 30 * 24 * 3_600_000;

/** `now`: what was seen longer than 30 days ago weighs as a risk and not as a fact. */
export function effectOf(
  step: Step,
  seen: readonly SeenSource[],
  { now, presented }: { readonly now: Instant; readonly presented: Presented },
): StepEffect {
  const sources = seen.map((one) => {
    const { fate, text, lastAt } = fateOf(step, one, { now, presented });
    return {
      source: one.source,
      fate,
      text,
      ...(one.owner !== undefined && { owner: one.owner }),
      ...(lastAt !== undefined && { lastAt }),
    };
  });
  const affected = sources.filter(({ fate }) => fate === 'cut-off' || fate === 'at-risk').length;
  return {
    step,
    title: titleOf(step),
    affected,
    sources: sources.toSorted((a, b) => weight(a.fate) - weight(b.fate)),
  };
}

export interface Judged {
  readonly fate: Fate;
  readonly text: string;
  readonly lastAt?: Instant;
}

function fateOf(
  step: Step,
  seen: SeenSource,
  { now, presented }: { readonly now: Instant; readonly presented: Presented },
): Judged {
  switch (step.close) {
    case 'tls-below':
      return ofVersion(`TLSv${step.version}`, seen, now);
    case 'clear-login':
      return seen.clearLogins === 0
        ? { fate: 'unaffected', text: 'it was never seen to log in without TLS' }
        : stopped('it logs in without TLS', seen.tls.length > 0, seen.clearLoginLastAt, now);
    case 'plaintext':
      return seen.plainSessions === 0
        ? { fate: 'unaffected', text: 'it was never seen without TLS' }
        : stopped('it sends without TLS', seen.tls.length > 0, seen.plainLastAt, now);
    case 'certificate':
      return ofKeyType(step.keyType, seen, presented);
    case 'certificate-chain':
      return ofChain(seen, presented);
  }
}

/** A device agrees on the best that both sides have, so what was agreed is what it can do, as far as the listener went. */
function ofVersion(floor: string, { tls, plainSessions }: SeenSource, now: Instant): Judged {
  if (tls.length === 0) {
    const text = plainSessions > 0 ? 'it was only seen without TLS' : 'no handshake of it was seen';
    return { fate: plainSessions > 0 ? 'unaffected' : 'unknown', text };
  }
  const below = tls.filter(({ version }) => order.indexOf(version) < order.indexOf(floor));
  if (below.length === 0)
    return { fate: 'unaffected', text: `every handshake was ${tlsName(floor)} or newer` };
  const lastAt = latest(below.map((use) => use.lastAt));
  const versions = [...new Set(below.map(({ version }) => tlsName(version)))].join(', ');
  return stopped(`it agreed on ${versions}`, below.length < tls.length, lastAt, now);
}

/** `canOtherwise`: it was seen to do better as well; several devices may be behind one source. */
function stopped(what: string, canOtherwise: boolean, lastAt: Instant | undefined, now: Instant): Judged {
  const isOld = lastAt !== undefined && now - lastAt > recentMs;
  const fate = canOtherwise || isOld ? 'at-risk' : 'cut-off';
  const but = isOld
    ? ', last more than 30 days ago'
    : canOtherwise
      ? ', and was also seen to do better: several devices, or one that chooses'
      : ', and nothing better was ever seen';
  return { fate, text: `${what}${but}`, ...(lastAt !== undefined && { lastAt }) };
}

/**
 * The later half against the half before it, the oldest count first. Only the last `seen` counts are compared, because a
 * source that is new did not send less before; fewer than `atLeast` of them tell nothing.
 */
export function trendOf(
  counts: readonly number[],
  { seen, atLeast }: { readonly seen: number; readonly atLeast: number },
): Trend {
  if (sum(counts) === 0) return 'none';
  const known = Math.min(seen, counts.length);
  if (known < atLeast) return 'unknown';
  const half = Math.floor(known / 2);
  const [before, after] = [sum(counts.slice(-2 * half, -half)), sum(counts.slice(-half))];
  if (after < before * 0.8) return 'falling';
  return after > before * 1.2 ? 'rising' : 'steady';
}

function titleOf(step: Step): string {
  switch (step.close) {
    case 'tls-below':
      return `Close everything below TLS ${step.version}`;
    case 'clear-login':
      return 'Close logins without TLS';
    case 'plaintext':
      return 'Close sending without TLS';
    case 'certificate':
      return `A listener certificate with an ${step.keyType === 'ec' ? 'EC' : 'RSA'} key alone`;
    case 'certificate-chain':
      return 'A listener certificate of another authority';
  }
}

function weight(fate: Fate): number {
  return ['cut-off', 'at-risk', 'unknown', 'unaffected'].indexOf(fate);
}

function latest(moments: readonly Instant[]): Instant | undefined {
  return moments.reduce<Instant | undefined>(
    (last, at) => (last === undefined || at > last ? at : last),
    undefined,
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
