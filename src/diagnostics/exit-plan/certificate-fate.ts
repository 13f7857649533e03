/**
 * What another listener certificate would do to a source. Neither the kinds of signatures nor the roots that a client offers
 * or knows are visible to Node.js (`signature_algorithms`, `certificate_authorities`: RFC 8446 4.2.3, 4.2.4), so this rests on
 * what was agreed, on what the standards oblige a client to know, and says where that ends. Pure.
 */
import type { Judged, KeyType, Presented, SeenSource } from './exit-plan.ts';

const words = { ec: 'EC', rsa: 'RSA' } as const;

/** The suite of TLS 1.2 and below names the kind of key that signed (RFC 5246 A.5); that of TLS 1.3 does not (RFC 8446 B.4). */
function signedBy(cipher: string): KeyType | undefined {
  if (/_ECDSA_/.test(cipher)) return 'ec';
  return /_RSA_/.test(cipher) ? 'rsa' : undefined;
}

export function ofKeyType(wanted: KeyType, { tls }: SeenSource, { keyTypes }: Presented): Judged {
  if (tls.length === 0) return { fate: 'unknown', text: 'no handshake of it was seen' };
  const named = new Set(tls.map(({ cipher }) => signedBy(cipher)));
  const name = words[wanted];
  if (named.has(wanted)) return { fate: 'unaffected', text: `it has agreed on a suite with an ${name} key` };
  if (keyTypes.length === 1 && keyTypes[0] === wanted) {
    return {
      fate: 'unaffected',
      text: `the listeners have an ${name} key alone now, and it agrees with them`,
    };
  }
  if (tls.every(({ version }) => version === 'TLSv1.3')) {
    const text =
      'it speaks TLS 1.3, which obliges a client to know both RSA and EC keys on P-256 (RFC 8446 9.1); what it offered is not recorded';
    return { fate: 'unaffected', text };
  }
  if (wanted === 'ec' && tls.some(({ cipher }) => cipher.startsWith('TLS_RSA_WITH_'))) {
    return {
      fate: 'at-risk',
      text: 'it agreed on RSA key exchange, as devices do that know nothing of elliptic curves',
    };
  }
  // Of the suites that a client offers, ours come first (`honorCipherOrder`), and there ECDSA stands before RSA.
  if (wanted === 'ec' && keyTypes.includes('ec')) {
    return {
      fate: 'at-risk',
      text: 'the listeners have both kinds of keys and prefer EC, and it agreed on RSA: it did not offer EC, or this was before there was an EC key',
    };
  }
  const both =
    wanted === 'ec'
      ? '; with an EC pair beside the RSA pair, the suites that it agrees on from then on tell'
      : '; with an RSA pair beside the EC pair nothing is closed';
  return {
    fate: 'unknown',
    text: `only suites with the other kind of key were agreed on; whether it offered ${name} as well is not recorded${both}`,
  };
}

/** Whether a client verifies, and which roots it knows, it shows by hanging up alone. */
export function ofChain({ tls, plainSessions }: SeenSource, { isSelfSigned, issuer }: Presented): Judged {
  if (tls.length === 0) {
    return plainSessions > 0
      ? { fate: 'unaffected', text: 'it was only seen without TLS' }
      : { fate: 'unknown', text: 'no handshake of it was seen' };
  }
  const text = isSelfSigned
    ? 'it takes the self-signed certificate of now: either it does not verify, and takes any, or this very certificate is installed on it, and the new one must be as well; a handshake does not tell which'
    : `it takes a certificate of ${issuer ?? 'the authority of now'}; whether it verifies at all, and which other roots it knows, a handshake does not tell: try the new certificate on a listener of its own`;
  return { fate: 'unknown', text };
}
