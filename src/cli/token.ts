/** `relay365 token`: API tokens for scripts. */
import type { TokenView } from '../../contract/schemas.ts';
import { tokenView } from '../admin/access/user-handlers.ts';
import { instant } from '../platform/clock.ts';
import type { Role } from './access-client.ts';
import { eitherWay } from './access-client.ts';
import type { ConfigOption } from './client.ts';
import { confirm } from './confirm.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { write, writeJson, writeTable } from './output.ts';

interface JsonOption extends ConfigOption {
  readonly json?: boolean;
}

export async function add(
  name: string,
  options: JsonOption & { readonly role: Role; readonly expires?: string },
): Promise<void> {
  const { role } = options;
  const expiresAt = options.expires === undefined ? undefined : endOf(options.expires);
  const made = await eitherWay<TokenView & { readonly token: string }>(options, {
    running: (client) =>
      client.call('addToken', { body: { name, role, ...(expiresAt === undefined ? {} : { expiresAt }) } }),
    stopped: ({ access, record }) =>
      record({ action: 'addToken', object: name, after: { name, role, expiresAt } }, async () => {
        const { token, secret } = await access.tokens.add({
          name,
          role,
          createdBy: 'command',
          expiresAt: expiresAt === undefined ? undefined : instant(Date.parse(expiresAt)),
        });
        return { ...tokenView(token), token: secret };
      }),
  });
  if (options.json) writeJson(made);
  // Alone on its line: scripts take it from there, and it is shown this once.
  else write(made.token);
}

export async function list(options: JsonOption): Promise<void> {
  const items = await eitherWay<readonly TokenView[]>(options, {
    running: async (client) => (await client.call('tokens')).items,
    stopped: async ({ access }) => access.tokens.list().map(tokenView),
  });
  if (options.json) {
    writeJson({ items });
    return;
  }
  writeTable(
    items,
    [
      { title: 'id', value: ({ id }) => id },
      { title: 'name', value: ({ name }) => name },
      { title: 'role', value: ({ role }) => role },
      { title: 'made by', value: ({ createdBy }) => createdBy },
      { title: 'ends', value: ({ expiresAt }) => expiresAt ?? 'never' },
      { title: 'last used', value: ({ lastUsedAt }) => lastUsedAt ?? 'never' },
    ],
    'no tokens; "relay365 token add NAME --role viewer" makes one',
  );
}

export async function remove(id: string, options: JsonOption & { readonly yes?: boolean }): Promise<void> {
  await confirm(options, { words: `make the token ${id} worthless`, about: 'named' });
  await eitherWay(options, {
    running: (client) => client.call('removeToken', { params: { id } }),
    stopped: ({ access, record }) =>
      record({ action: 'removeToken', object: id }, async () => {
        const { name } = await access.tokens.remove(id);
        await access.searches.forget(`token:${name}`);
      }),
  });
  if (options.json) writeJson({ id, removed: true });
  else write(`the token ${id} counts no more`);
}

/** A day counts to its end. */
function endOf(text: string): string {
  const at = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59Z` : text);
  if (Number.isNaN(at)) {
    throw new CommandFailure(
      exitCodes.other,
      `"${text}" is no day: write 2027-06-30 or 2027-06-30T12:00:00Z`,
    );
  }
  return new Date(at).toISOString();
}
