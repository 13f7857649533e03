/** What somebody changes of the own account. */
import type { Passkey } from '../../accounts/account.ts';
import { AccessRefused } from '../../accounts/account.ts';
import { newTotp } from '../../accounts/totp.ts';
import type { PasskeyView } from '../../../contract/schemas.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { ownAccount } from './session-handlers.ts';
import { userView } from './user-handlers.ts';

type OwnRoutes =
  | 'me'
  | 'changeOwnPassword'
  | 'offerTotp'
  | 'confirmTotp'
  | 'removeTotp'
  | 'passkeys'
  | 'offerPasskey'
  | 'addPasskey'
  | 'removePasskey';

export function ownHandlers(context: AdminContext): Pick<Handlers, OwnRoutes> {
  const { access, hostname } = context;
  return {
    me: (_given, caller) => userView(ownAccount(context, caller)),
    async changeOwnPassword({ body }, caller) {
      const account = ownAccount(context, caller);
      caller.note({ object: account.name });
      await access.signIn.provePassword(account, body.current, caller.address);
      await access.accounts.change(account.name, { password: body.password });
      await access.sessions.endAll(account.name, caller.session);
    },
    async offerTotp(_given, caller) {
      const account = ownAccount(context, caller);
      caller.note({ object: account.name });
      const { kept, secret, uri } = newTotp(access.vault, account.name, hostname);
      await access.accounts.update(account.name, (now) => {
        if (!now.passwordHash)
          throw new AccessRefused('conflict', 'this account has no password to add a code to');
        if (now.totp?.confirmed) {
          throw new AccessRefused('conflict', 'an authenticator app is asked for already: remove it first');
        }
        return { ...now, totp: kept };
      });
      return { secret, uri };
    },
    async confirmTotp({ body }, caller) {
      const account = ownAccount(context, caller);
      caller.note({ object: account.name, after: { totp: true } });
      if (!account.totp) throw new AccessRefused('conflict', 'begin by POST /api/v1/me/totp');
      await access.signIn.proveCode(account, body.code, caller.address);
    },
    async removeTotp({ body }, caller) {
      const account = ownAccount(context, caller);
      caller.note({ object: account.name, after: { totp: false } });
      if (!account.totp) throw new AccessRefused('conflict', 'there is no authenticator app');
      await access.signIn.proveCode(account, body.code, caller.address);
      await access.accounts.change(account.name, { totp: false });
    },
    passkeys: (_given, caller) => ({ items: ownAccount(context, caller).passkeys.map(passkeyView) }),
    offerPasskey: (_given, caller) => access.passkeys.offer(ownAccount(context, caller), caller.browser),
    async addPasskey({ body }, caller) {
      const passkey = await access.passkeys.add(ownAccount(context, caller), body, caller.browser);
      caller.note({ object: caller.name, after: { passkey: passkey.name } });
      return passkeyView(passkey);
    },
    async removePasskey({ params }, caller) {
      await access.passkeys.remove(ownAccount(context, caller), params.id);
    },
  };
}

function passkeyView({ id, name, createdAt, lastUsedAt }: Passkey): PasskeyView {
  return {
    id,
    name,
    createdAt: formatInstant(createdAt),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: formatInstant(lastUsedAt) }),
  };
}
