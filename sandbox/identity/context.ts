/** What the handlers of the identity endpoint share, and one request of theirs, read. */
import type { HttpAnswer } from '../http/server.ts';
import type { Switches } from '../switches.ts';
import type { ApplicationConfig, TenantConfig } from '../tenant/config.ts';
import type { Directory } from '../tenant/directory.ts';
import type { PersonGrants } from './delegated.ts';
import { entraError } from './errors.ts';
import type { TokenAuthority } from './token-authority.ts';

export interface IdentityContext {
  readonly directory: Directory;
  readonly switches: Switches;
  readonly authority: TokenAuthority;
  /** Milliseconds since 1970 by the clock of the token endpoint, skew included. */
  readonly now: () => number;
  /** Ids for traces, codes and refresh tokens; each comes once. */
  readonly nextId: () => string;
  readonly people: PersonGrants;
}

export interface TokenForm {
  readonly tenant: TenantConfig;
  readonly parameters: URLSearchParams;
  /** URL that was asked, as an assertion's audience must name it. */
  readonly endpointUrls: readonly string[];
}

export type Identified =
  | { readonly ok: true; readonly application: ApplicationConfig }
  | { readonly ok: false; readonly answer: HttpAnswer };

export function failure(context: IdentityContext, code: number, about = ''): HttpAnswer {
  return entraError(code, about, { now: context.now(), nextId: context.nextId });
}
