/** The round trip to the identity provider. It ends at a page in any case: the person is in a browser, not in a script. */
import { AccessRefused } from '../../accounts/account.ts';
import { OidcUnreachable } from '../../accounts/oidc.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import type { BeginSession } from './session-handlers.ts';

const callbackPath = '/api/v1/session/oidc/callback';

export function oidcHandlers(
  { access }: AdminContext,
  begin: BeginSession,
): Pick<Handlers, 'oidcStart' | 'oidcCallback'> {
  const provider = () => {
    if (access.oidc) return access.oidc;
    throw new Problem(409, 'Not configured', 'there is no console.oidc in the configuration of this relay');
  };
  return {
    async oidcStart(_given, { browser, address }) {
      const { url, binding } = await provider().begin(`${browser.origin}${callbackPath}`, address);
      browser.setOidcBinding(binding);
      return url;
    },
    async oidcCallback({ query }, caller) {
      const { browser, address } = caller;
      const oidc = provider();
      browser.setOidcBinding(undefined);
      const given = Object.entries(query).filter(([, value]) => typeof value === 'string') as [
        string,
        string,
      ][];
      try {
        const account = await oidc.finish({
          query: new URLSearchParams(given),
          binding: browser.oidcBinding,
          address,
        });
        await begin(account, 'oidc', caller);
        return '/';
      } catch (error) {
        if (!(error instanceof AccessRefused) && !(error instanceof OidcUnreachable)) throw error;
        caller.note({ after: { refused: error.message } });
        return `/sign-in?refused=${encodeURIComponent(error.message)}`;
      }
    },
  };
}
