/** Accounts, sessions and API tokens. */
import type { SignedInSession, TokenView, UserView } from '../../../contract/schemas.ts';
import type { Account } from '../../accounts/account.ts';
import type { Session } from '../../accounts/sessions.ts';
import type { ApiToken } from '../../accounts/tokens.ts';
import { tokenPrefix } from '../../accounts/tokens.ts';
import { formatInstant, instant } from '../../platform/clock.ts';
import type { Caller } from '../caller.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';

type UserRoutes =
  | 'users'
  | 'addUser'
  | 'user'
  | 'changeUser'
  | 'removeUser'
  | 'sessions'
  | 'endSession'
  | 'tokens'
  | 'addToken'
  | 'removeToken';

export function userHandlers(context: AdminContext): Pick<Handlers, UserRoutes> {
  const { access } = context;
  const { accounts, sessions, tokens, searches } = access;
  return {
    users: () => ({ items: accounts.list().map(userView) }),
    async addUser({ body }, caller) {
      caller.note({ object: body.name, after: { name: body.name, role: body.role } });
      return userView(await accounts.add(body));
    },
    user: ({ params }) => userView(accounts.get(params.name)),
    async changeUser({ params, body }, caller) {
      const before = accounts.get(params.name);
      caller.note({ before: userView(before) });
      const after = await accounts.change(params.name, body);
      caller.note({ after: { ...userView(after), newPassword: body.password !== undefined } });
      // What the old password or the former state opened is closed.
      if (body.disabled === true || body.password !== undefined) await sessions.endAll(after.name);
      return userView(after);
    },
    async removeUser({ params }, caller) {
      caller.note({ before: userView(accounts.get(params.name)) });
      await accounts.remove(params.name);
      await sessions.endAll(params.name);
      await searches.forget(params.name);
    },
    sessions: (_given, caller) => ({
      items: visibleSessions(context, caller).map((session) => sessionItem(context, session, caller)),
    }),
    async endSession({ params }, caller) {
      const found = visibleSessions(context, caller).find(({ id }) => id === params.id);
      if (!found) throw new Problem(404, 'Not found', 'there is no such session');
      caller.note({ before: sessionItem(context, found, caller) });
      await sessions.end(found.id);
    },
    tokens: () => ({ items: tokens.list().map(tokenView) }),
    async addToken({ body }, caller) {
      const { name, role, expiresAt } = body;
      caller.note({ object: name, after: { name, role, expiresAt } });
      const { token, secret } = await tokens.add({
        name,
        role,
        createdBy: caller.name,
        expiresAt: expiresAt === undefined ? undefined : instant(Date.parse(expiresAt)),
      });
      return { ...tokenView(token), token: secret };
    },
    async removeToken({ params }, caller) {
      const { name, role } = await tokens.remove(params.id);
      await searches.forget(`token:${name}`);
      caller.note({ object: name, before: { name, role } });
    },
  };
}

function visibleSessions({ access }: AdminContext, caller: Caller): readonly Session[] {
  return access.sessions.list(caller.role === 'administrator' ? undefined : caller.name);
}

function sessionItem({ access }: AdminContext, session: Session, caller: Caller): SignedInSession {
  const { id, account, method, address, userAgent, createdAt, lastSeenAt } = session;
  return {
    id,
    name: access.accounts.find(account)?.name ?? account,
    current: id === caller.session,
    method,
    address,
    ...(userAgent === undefined ? {} : { userAgent }),
    createdAt: formatInstant(createdAt),
    lastSeenAt: formatInstant(lastSeenAt),
    expiresAt: formatInstant(access.sessions.expiresAt(session)),
  };
}

export function userView(account: Account): UserView {
  const { name, role, disabled, createdAt, passwordChangedAt, lastSignInAt, passkeys } = account;
  return {
    name,
    role,
    disabled,
    kind: account.oidc ? 'oidc' : 'local',
    password: account.passwordHash !== undefined,
    totp: account.totp?.confirmed === true,
    passkeys: passkeys.length,
    createdAt: formatInstant(createdAt),
    ...(passwordChangedAt === undefined ? {} : { passwordChangedAt: formatInstant(passwordChangedAt) }),
    ...(lastSignInAt === undefined ? {} : { lastSignInAt: formatInstant(lastSignInAt) }),
  };
}

export function tokenView(token: ApiToken): TokenView {
  const { id, name, role, createdBy, createdAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    name,
    role,
    prefix: tokenPrefix(token),
    createdBy,
    createdAt: formatInstant(createdAt),
    ...(expiresAt === undefined ? {} : { expiresAt: formatInstant(expiresAt) }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: formatInstant(lastUsedAt) }),
  };
}
