/** JSON Web Tokens (RFC 7519) signed and verified with node:crypto; only the RSA algorithms that Entra uses. */
import { constants, type KeyObject, sign, verify } from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

export interface DecodedJwt {
  readonly header: Claims;
  readonly claims: Claims;
  /** What was signed. */
  readonly input: Buffer;
  readonly signature: Buffer;
}

/** Larger ones are no tokens of ours. */
const charactersMax = 16_384;

/** Takes a compact token apart without trusting it; `undefined`: not one. */
export function decodeJwt(token: string): DecodedJwt | undefined {
  if (token.length > charactersMax) return undefined;
  const [header, payload, signature, ...more] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0)
    return undefined;
  const parts = [part(header), part(payload)];
  const [headerClaims, claims] = parts;
  if (headerClaims === undefined || claims === undefined) return undefined;
  return {
    header: headerClaims,
    claims,
    input: Buffer.from(`${header}.${payload}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** RFC 7518 3.3 and 3.5. Entra's tokens are RS256; an assertion may be PS256, which it prefers. */
export function verifiesJwt({ header, input, signature }: DecodedJwt, key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return false;
  if (header['alg'] === 'RS256') return verify('sha256', input, key, signature);
  if (header['alg'] !== 'PS256') return false;
  return verify(
    'sha256',
    input,
    { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    signature,
  );
}

export function signJwt(header: Claims, claims: Claims, key: KeyObject): string {
  const input = [header, claims].map((value) => base64url(JSON.stringify(value))).join('.');
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

function part(text: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
