/** `relay365 user`: accounts of the console. */
import type { UserView } from '../../contract/schemas.ts';
import { accountName } from '../../contract/schemas/access.ts';
import { userView } from '../admin/access/user-handlers.ts';
import type { AccountChange, Role } from './access-client.ts';
import { eitherWay } from './access-client.ts';
import type { ConfigOption } from './client.ts';
import { newPassword } from './new-password.ts';
import { confirm } from './confirm.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { printable } from '../observe/printable.ts';
import { countOf, formatTime, write, writeJson, writeTable } from './output.ts';

interface JsonOption extends ConfigOption {
  readonly json?: boolean;
}

interface PasswordOption extends JsonOption {
  readonly passwordStdin?: boolean;
}

export async function add(name: string, options: PasswordOption & { readonly role: Role }): Promise<void> {
  const named = accountName.safeParse(name);
  // Before anybody types a password twice, and for a relay that is stopped as well.
  if (!named.success)
    throw new CommandFailure(exitCodes.other, `"${printable(name)}": ${named.error.issues[0]?.message}`);
  const given = await newPassword(options.passwordStdin === true);
  const made = { name, role: options.role };
  const user = await eitherWay<UserView>(options, {
    running: (client) => client.call('addUser', { body: { ...made, password: given } }),
    stopped: ({ access, record }) =>
      record({ action: 'addUser', object: name, after: made }, async () =>
        userView(await access.accounts.add({ ...made, password: given })),
      ),
  });
  tell(options, user, `${user.name} is ${user.role} and can sign in`);
}

export async function list(options: JsonOption): Promise<void> {
  const items = await eitherWay<readonly UserView[]>(options, {
    running: async (client) => (await client.call('users')).items,
    stopped: async ({ access }) => access.accounts.list().map(userView),
  });
  if (options.json) {
    writeJson({ items });
    return;
  }
  writeTable(
    items,
    [
      { title: 'name', value: ({ name }) => name },
      { title: 'role', value: (user) => user.role },
      { title: 'state', value: ({ disabled }) => (disabled ? 'disabled' : 'may sign in') },
      { title: 'signs in by', value: methods },
    ],
    'no accounts; "relay365 user add NAME --role administrator" makes one',
  );
}

function methods(user: UserView): string {
  const { kind, totp, passkeys } = user;
  return [
    ...(kind === 'oidc' ? ['identity provider'] : []),
    ...(user.password ? [totp ? 'password and code' : 'password'] : []),
    ...(passkeys > 0 ? [countOf(passkeys, 'passkey')] : []),
  ].join(', ');
}

export async function password(name: string, options: PasswordOption): Promise<void> {
  const given = await newPassword(options.passwordStdin === true);
  const user = await change(name, { password: given }, options, { newPassword: true });
  tell(options, user, `${user.name} has a new password, and all its sessions ended`);
}

export async function disable(name: string, options: JsonOption): Promise<void> {
  const user = await change(name, { disabled: true }, options, { disabled: true });
  tell(options, user, `${user.name} is disabled, and all its sessions ended`);
}

export async function enable(name: string, options: JsonOption): Promise<void> {
  const user = await change(name, { disabled: false }, options, { disabled: false });
  tell(options, user, `${user.name} may sign in again`);
}

export async function show(name: string, options: JsonOption): Promise<void> {
  const user = await eitherWay<UserView>(options, {
    running: (client) => client.call('user', { params: { name } }),
    stopped: async ({ access }) => userView(access.accounts.get(name)),
  });
  const ways = methods(user) || 'nothing';
  const last = user.lastSignInAt === undefined ? 'never' : formatTime(user.lastSignInAt);
  tell(
    options,
    user,
    `${user.name} is ${user.role}${user.disabled ? ', disabled' : ''}; signs in by ${ways}; signed in last: ${last}`,
  );
}

export async function role(name: string, to: Role, options: JsonOption): Promise<void> {
  const user = await change(name, { role: to }, options, { role: to });
  tell(options, user, `${user.name} is ${user.role} from now on`);
}

/** Takes second factors away, where they were lost. */
export async function reset(
  name: string,
  options: JsonOption & { readonly totp?: boolean; readonly passkeys?: boolean },
): Promise<void> {
  const by = {
    ...(options.totp === true && { totp: false as const }),
    ...(options.passkeys === true && { passkeys: false as const }),
  };
  if (Object.keys(by).length === 0)
    throw new CommandFailure(exitCodes.other, 'say what was lost: --totp, --passkeys or both');
  const user = await change(name, by, options, by);
  tell(options, user, `${user.name} signs in by ${methods(user) || 'nothing: give a new password'}`);
}

function change(name: string, by: AccountChange, options: JsonOption, after: unknown): Promise<UserView> {
  return eitherWay<UserView>(options, {
    running: (client) => client.call('changeUser', { params: { name }, body: by }),
    stopped: ({ access, record }) =>
      record({ action: 'changeUser', object: name, after }, async () => {
        const changed = await access.accounts.change(name, by);
        await access.sessions.endAll(name);
        return userView(changed);
      }),
  });
}

export async function remove(name: string, options: JsonOption & { readonly yes?: boolean }): Promise<void> {
  await confirm(options, { words: `remove the account ${name} and end its sessions`, about: 'named' });
  await eitherWay(options, {
    running: (client) => client.call('removeUser', { params: { name } }),
    stopped: ({ access, record }) =>
      record({ action: 'removeUser', object: name }, async () => {
        await access.accounts.remove(name);
        await access.searches.forget(name);
        await access.sessions.endAll(name);
      }),
  });
  tell(options, { name, removed: true }, `${name} is removed`);
}

function tell(options: JsonOption, value: unknown, words: string): void {
  if (options.json) writeJson(value);
  else write(words);
}
