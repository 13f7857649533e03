/** From what the configuration says, and the secrets read for it, to a credential. */
import type { OAuthCredentialConfig } from '../../config/route-schema.ts';
import type { CredentialSecrets } from '../environment.ts';
import type { OAuthCredential, Proof } from './credential.ts';
import { assertUsable } from './credential.ts';

/** `defaults`: of the tenant's cloud. Throws `TypeError` on a credential that cannot work. */
export function resolveCredential(
  config: OAuthCredentialConfig,
  secrets: CredentialSecrets,
  defaults: { readonly authority: string; readonly scope?: string },
): OAuthCredential {
  const { tenantId, clientId } = config;
  const scope = config.scope ?? defaults.scope;
  if (scope === undefined) throw new TypeError('the scope for this cloud is not published: name it');
  const credential: OAuthCredential = {
    authority: config.authority ?? defaults.authority,
    scope,
    proof: proofOf(config, secrets),
    ...(tenantId !== undefined && { tenantId }),
    ...(clientId !== undefined && { clientId }),
  };
  assertUsable(credential);
  return credential;
}

function proofOf({ managedIdentity }: OAuthCredentialConfig, secrets: CredentialSecrets): Proof {
  const { secret, certificate, key } = secrets;
  if (managedIdentity === true) return { kind: 'managed-identity' };
  if (managedIdentity !== undefined) return { kind: 'managed-identity', endpoint: managedIdentity.endpoint };
  if (secret !== undefined) return { kind: 'secret', secret };
  if (certificate !== undefined && key !== undefined) return { kind: 'certificate', certificate, key };
  throw new TypeError('the credential has neither secret, certificate and key, nor managedIdentity');
}
