/**
 * Client authentication by a signed assertion (RFC 7523 2.2) with a registered certificate: "Microsoft identity
 * platform application authentication certificate credentials". Untrusted: the whole assertion.
 */
import { createHash, X509Certificate } from 'node:crypto';
import type { ApplicationConfig } from '../tenant/config.ts';
import { failure, type Identified, type IdentityContext } from './context.ts';
import { type DecodedJwt, decodeJwt, verifiesJwt } from './jwt.ts';

export interface AssertionRequest {
  readonly application: ApplicationConfig;
  readonly assertion: string;
  readonly endpointUrls: readonly string[];
}

/** "certificate credentials": 5 to 10 minutes are recommended after nbf; a day is far beyond any of it. */
const lifeSecondsMax = 86_400;
const skewSeconds = 300;
/** Assertions seen, by context: a replay is refused. */
const seen = new WeakMap<IdentityContext, Map<string, number>>();
const seenMax = 10_000;

export function checkAssertion(context: IdentityContext, request: AssertionRequest): Identified {
  const refuse = (code: number, about = ''): Identified => ({
    ok: false,
    answer: failure(context, code, about),
  });
  const decoded = decodeJwt(request.assertion);
  if (decoded === undefined) return refuse(50027, 'The client assertion is not a JWT.');
  const certificate = registered(request.application, decoded);
  if (certificate === undefined) {
    return refuse(
      700027,
      `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found.]`,
    );
  }
  if (!verifiesJwt(decoded, certificate.publicKey))
    return refuse(700027, '[Reason - The key was found but the signature does not verify.]');
  const now = context.now();
  if (Date.parse(certificate.validTo) < now) return refuse(700027, '[Reason - The key used is expired.]');
  const { claims } = decoded;
  if (claims['iss'] !== request.application.clientId || claims['sub'] !== request.application.clientId)
    return refuse(700021);
  if (!request.endpointUrls.includes(String(claims['aud']))) return refuse(700023);
  const times = timeFault(claims, now / 1000);
  if (times !== undefined) return refuse(700024, times);
  if (isReplay(context, decoded)) return refuse(50027, `The 'jti' was used before.`);
  return { ok: true, application: request.application };
}

/** The header names the certificate: `x5t#S256`, or `x5t` with SHA-1 (RFC 7515 4.1.7, 4.1.8). */
function registered(application: ApplicationConfig, { header }: DecodedJwt): X509Certificate | undefined {
  for (const pem of application.certificates ?? []) {
    const certificate = new X509Certificate(pem);
    const print = (hash: 'sha256' | 'sha1'): string =>
      createHash(hash).update(certificate.raw).digest('base64url');
    const named = header['x5t#S256'];
    if (named === undefined ? header['x5t'] === print('sha1') : named === print('sha256')) return certificate;
  }
  return undefined;
}

function timeFault(claims: Readonly<Record<string, unknown>>, nowSeconds: number): string | undefined {
  const { exp, nbf } = claims;
  if (typeof exp !== 'number') return `The 'exp' claim is missing.`;
  if (exp + skewSeconds <= nowSeconds) return `Current time is past 'exp'.`;
  if (exp > nowSeconds + lifeSecondsMax) return `'exp' is too far ahead.`;
  if (typeof nbf === 'number' && nbf - skewSeconds > nowSeconds) return `Current time is before 'nbf'.`;
  return undefined;
}

function isReplay(context: IdentityContext, { claims }: DecodedJwt): boolean {
  const { jti } = claims;
  // RFC 7523 3 makes it optional, Entra's page lists it as required.
  if (typeof jti !== 'string' || jti === '') return true;
  const ids = seen.get(context) ?? new Map<string, number>();
  seen.set(context, ids);
  if (ids.has(jti)) return true;
  ids.set(jti, context.now());
  if (ids.size > seenMax) {
    const [oldest] = ids.keys();
    if (oldest !== undefined) ids.delete(oldest);
  }
  return false;
}
