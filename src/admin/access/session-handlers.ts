/** Signing in and out. */
import type { SessionView } from '../../../contract/schemas.ts';
import type { Account, SignInMethod } from '../../accounts/account.ts';
import { AccessRefused } from '../../accounts/account.ts';
import { relyingPartyOf } from '../../accounts/passkeys.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { Caller } from '../caller.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { oidcHandlers } from './oidc-handlers.ts';

type SessionRoutes =
  | 'session'
  | 'signIn'
  | 'signOut'
  | 'makeFirstAccount'
  | 'passkeyOptions'
  | 'passkeySignIn'
  | 'oidcStart'
  | 'oidcCallback';

export function sessionHandlers(context: AdminContext): Pick<Handlers, SessionRoutes> {
  const { access } = context;
  const begin = beginSession(context);
  return {
    session: (_given, caller) => sessionView(context, caller),
    async signIn({ body }, caller) {
      caller.note({ by: body.username });
      const { account, method } = await access.signIn.byPassword({ ...body, address: caller.address });
      return begin(account, method, caller);
    },
    async signOut(_given, caller) {
      if (caller.session === undefined) {
        throw new Problem(409, 'Nothing to end', 'a token is no session: remove the token instead');
      }
      await access.sessions.end(caller.session);
      caller.browser.clearSession();
    },
    async makeFirstAccount({ body }, caller) {
      caller.note({ by: body.username, object: body.username });
      const account = await access.first.take({ ...body, address: caller.address });
      caller.note({ after: { name: account.name, role: account.role } });
      return begin(account, 'first-account', caller);
    },
    passkeyOptions: (_given, caller) => access.passkeys.ask(caller.browser, caller.address),
    async passkeySignIn({ body }, caller) {
      const account = await access.passkeys.signIn(body, caller.browser, caller.address);
      return begin(account, 'passkey', caller);
    },
    ...oidcHandlers(context, begin),
  };
}

export type BeginSession = (account: Account, method: SignInMethod, caller: Caller) => Promise<SessionView>;

function beginSession(context: AdminContext): BeginSession {
  const { access } = context;
  return async (account, method, caller) => {
    caller.note({ by: account.name });
    // A session that the browser had is not used further by somebody who signs in again.
    if (caller.session !== undefined) await access.sessions.end(caller.session);
    const { token, session } = await access.sessions.begin({
      account,
      method,
      address: caller.address,
      userAgent: caller.browser.userAgent,
    });
    await access.accounts.signedIn(account.name);
    caller.browser.setSession(token);
    const { name, role } = account;
    return sessionView(context, { ...caller, name, role, via: 'session', session: session.id });
  };
}

function sessionView({ access, hostname, version }: AdminContext, caller: Caller): SessionView {
  const session = access.sessions.list().find(({ id }) => id === caller.session);
  return {
    signedIn: caller.via !== 'nobody',
    ...(caller.via === 'nobody' ? {} : { name: caller.name, role: caller.role, via: caller.via, version }),
    ...(session ? { id: session.id, expiresAt: formatInstant(access.sessions.expiresAt(session)) } : {}),
    methods: {
      password: true,
      passkey: relyingPartyOf(caller.browser.host) !== undefined,
      ...(access.oidc ? { oidc: { label: access.oidc.label } } : {}),
    },
    firstAccount: access.accounts.isEmpty,
    hostname,
  };
}

/** The account of the caller; a token has none. */
export function ownAccount({ access }: AdminContext, caller: Caller): Account {
  if (caller.via === 'session') return access.accounts.get(caller.name);
  throw new AccessRefused('conflict', `${caller.name} is no account: sign in with one`);
}
