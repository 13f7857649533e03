/**
 * Cipher suites over all sources: who agreed on which, and what is against it. Names are those of IANA, as Node.js gives them.
 * RFC 9325 (Recommendations for Secure Use of TLS) 4.1 and 4.2. Pure.
 */
import type { Instant } from '../../platform/clock.ts';
import type { SeenSource } from './exit-plan.ts';

export interface Suite {
  readonly cipher: string;
  /** The oldest first. */
  readonly versions: readonly string[];
  readonly sources: readonly string[];
  readonly sessions: number;
  readonly lastAt: Instant;
  /** What is against it; absent: nothing, or it is not known which suite it was. */
  readonly weakness?: string;
}

/** Those with a weakness first, then the ones of the most sources. */
export function suitesOf(seen: readonly SeenSource[]): readonly Suite[] {
  const all = seen.flatMap(({ source, tls }) => tls.map((use) => ({ source, ...use })));
  const byCipher = Map.groupBy(all, ({ cipher }) => cipher);
  return [...byCipher]
    .map(([cipher, uses]): Suite => {
      const weakness = weaknessOf(cipher);
      return {
        cipher,
        versions: [...new Set(uses.map(({ version }) => version))].toSorted(),
        sources: [...new Set(uses.map(({ source }) => source))].toSorted(),
        sessions: uses.reduce((sum, { sessions }) => sum + sessions, 0),
        lastAt: uses.map(({ lastAt }) => lastAt).reduce((last, at) => (at > last ? at : last)),
        ...(weakness !== undefined && { weakness }),
      };
    })
    .toSorted((a, b) => rank(b) - rank(a) || b.sources.length - a.sources.length || order(a, b));
}

export function weaknessOf(cipher: string): string | undefined {
  if (/_(?:NULL|EXPORT|RC4|DES|DES40|3DES)_/.test(cipher)) return 'broken or too short a key (RFC 9325 4.1)';
  if (cipher.startsWith('TLS_RSA_WITH_')) {
    return 'no forward secrecy: whoever gets the key of the certificate reads what was recorded (RFC 9325 4.1)';
  }
  if (cipher.includes('_CBC_'))
    return 'CBC mode, which was attacked time and again (RFC 9325 4.2 asks for AEAD)';
  return undefined;
}

function rank({ weakness }: Suite): number {
  return weakness === undefined ? 0 : 1;
}

function order(a: Suite, b: Suite): number {
  return a.cipher < b.cipher ? -1 : 1;
}
