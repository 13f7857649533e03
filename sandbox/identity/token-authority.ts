/**
 * Issues the access tokens of the stand-in and verifies them for its other endpoints, as Entra and Exchange Online do
 * between them. RS256 over a key of its own; `iss` and `ver` have the v1.0 form, which tokens for Exchange Online and
 * Graph have whichever endpoint they are asked from ("Access tokens in the Microsoft identity platform").
 */
import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type Claims, decodeJwt, signJwt, verifiesJwt } from './jwt.ts';

export interface TokenRequest {
  readonly tenantId: string;
  readonly clientId: string;
  readonly objectId: string;
  /** `https://outlook.office365.com`. */
  readonly resource: string;
  readonly lifeSeconds: number;
  /** Milliseconds since 1970, by the clock of the token endpoint. */
  readonly now: number;
  readonly grant:
    | { readonly kind: 'application'; readonly roles: readonly string[] }
    | { readonly kind: 'delegated'; readonly scopes: readonly string[]; readonly user: string };
}

export interface AccessToken {
  readonly tenantId: string;
  readonly clientId: string;
  readonly objectId: string;
  readonly audience: string;
  readonly expiresAt: number;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** User principal name of a delegated token. */
  readonly user: string | undefined;
}

export type VerifiedToken =
  | { readonly ok: true; readonly token: AccessToken }
  | { readonly ok: false; readonly why: 'malformed' | 'signature' | 'early' | 'expired' };

/** "Access tokens in the Microsoft identity platform": validators allow five minutes of skew. */
const skewMs = 5 * 60_000;

export class TokenAuthority {
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly keyId: string;
  #issued = 0;

  static async make(): Promise<TokenAuthority> {
    const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    return new TokenAuthority(privateKey, publicKey);
  }

  constructor(privateKey: KeyObject, publicKey: KeyObject) {
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    this.keyId = createHash('sha256').update(spki).digest('base64url').slice(0, 27);
  }

  /** RFC 7517. */
  jwks(): { readonly keys: readonly Claims[] } {
    const jwk = this.#publicKey.export({ format: 'jwk' });
    return { keys: [{ ...jwk, use: 'sig', kid: this.keyId, x5t: this.keyId }] };
  }

  /** Any token of ours: an id_token, say. */
  sign(claims: Claims): string {
    const header = { typ: 'JWT', alg: 'RS256', kid: this.keyId, x5t: this.keyId };
    return signJwt(header, claims, this.#privateKey);
  }

  issue(request: TokenRequest): string {
    const at = Math.floor(request.now / 1000);
    this.#issued += 1;
    const { grant } = request;
    const claims: Claims = {
      aud: request.resource,
      iss: `https://sts.windows.net/${request.tenantId}/`,
      iat: at,
      nbf: at,
      exp: at + request.lifeSeconds,
      appid: request.clientId,
      oid: request.objectId,
      sub: request.objectId,
      tid: request.tenantId,
      uti: `sandbox-${this.#issued}`,
      ver: '1.0',
      ...(grant.kind === 'application'
        ? { idtyp: 'app', appidacr: '1', ...(grant.roles.length > 0 && { roles: grant.roles }) }
        : { scp: grant.scopes.join(' '), upn: grant.user, unique_name: grant.user }),
    };
    return this.sign(claims);
  }

  /** Signature and times; audience and permissions are for the caller to judge. */
  verify(text: string, now: number): VerifiedToken {
    const decoded = decodeJwt(text);
    if (decoded === undefined) return { ok: false, why: 'malformed' };
    if (decoded.header['alg'] !== 'RS256' || !verifiesJwt(decoded, this.#publicKey))
      return { ok: false, why: 'signature' };
    const { claims } = decoded;
    const expiresAt = Number(claims['exp']) * 1000;
    if (Number(claims['nbf']) * 1000 > now + skewMs) return { ok: false, why: 'early' };
    if (expiresAt + skewMs <= now) return { ok: false, why: 'expired' };
    return {
      ok: true,
      token: {
        tenantId: String(claims['tid']),
        clientId: String(claims['appid']),
        objectId: String(claims['oid']),
        audience: String(claims['aud']),
        expiresAt,
        roles: Array.isArray(claims['roles']) ? claims['roles'].map(String) : [],
        scopes: typeof claims['scp'] === 'string' ? claims['scp'].split(' ') : [],
        user: typeof claims['upn'] === 'string' ? claims['upn'] : undefined,
      },
    };
  }
}
