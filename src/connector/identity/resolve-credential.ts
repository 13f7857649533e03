/** From what the configuration says, and the secrets read for it, to a credential. */
import type { OAuthCredentialConfig } from '../../config/route-schema.ts';
import type { CredentialSecrets } from '../environment.ts';
import type { OAuthCredential, Proof } from './credential.ts';
import { assertUsable } from './credential.ts';
import type { SignInSlot } from './sign-in.ts';
import type { TokenPlace } from './token-places.ts';
import { delegatedScope } from './token-places.ts';

export interface CredentialPlace {
  readonly place: TokenPlace;
  /** Permissions beyond that of the route, which a person is asked for as well. */
  readonly morePermissions: readonly string[];
  /** Where the sign-in of a person is kept; absent: there is no such place. */
  readonly slot?: SignInSlot;
}

/** Throws `TypeError` on a credential that cannot work. */
export function resolveCredential(
  config: OAuthCredentialConfig,
  secrets: CredentialSecrets,
  about: CredentialPlace,
): OAuthCredential {
  const { tenantId, clientId } = config;
  const credential: OAuthCredential = {
    authority: config.authority ?? about.place.authority,
    scope: scopeOf(config, about),
    proof: proofOf(config, secrets, about.slot),
    ...(tenantId !== undefined && { tenantId }),
    ...(clientId !== undefined && { clientId }),
  };
  assertUsable(credential);
  return credential;
}

function scopeOf({ signIn, scope }: OAuthCredentialConfig, about: CredentialPlace): string {
  const { place, morePermissions } = about;
  if (signIn !== undefined) return delegatedScope(place, scope, morePermissions);
  const known = scope ?? place.scope;
  if (known === undefined) throw new TypeError('the scope for this cloud is not published: name it');
  return known;
}

function proofOf(
  { managedIdentity, signIn }: OAuthCredentialConfig,
  secrets: CredentialSecrets,
  slot: SignInSlot | undefined,
): Proof {
  const { secret, certificate, key } = secrets;
  if (signIn !== undefined) {
    if (!slot) throw new TypeError('there is no place to keep the sign-in of a person');
    return { kind: 'sign-in', slot };
  }
  if (managedIdentity === true) return { kind: 'managed-identity' };
  if (managedIdentity !== undefined) return { kind: 'managed-identity', endpoint: managedIdentity.endpoint };
  if (secret !== undefined) return { kind: 'secret', secret };
  if (certificate !== undefined && key !== undefined) return { kind: 'certificate', certificate, key };
  throw new TypeError('the credential has neither secret, certificate and key, managedIdentity, nor signIn');
}
