/**
 * `relay365 account …`: what somebody does to the own account. A token is no account, so each of these signs in by password
 * and, where an authenticator app is asked for, its code, and signs out again.
 */
import { renderUnicodeCompact } from 'uqr';
import type { UserView } from '../../contract/schemas.ts';
import type { AdminClient, ConfigOption } from './client.ts';
import { RelayRefusal, signInTo } from './client.ts';
import { answer, countOf, formatTime, write, writeTable } from './output.ts';
import { Questions } from './questions.ts';
import { writeSessions } from './session.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

/** `urn:relay365:code-needed` of the API: the password was right. */
const codeNeeded = 'urn:relay365:code-needed';

export async function show(name: string, options: Options): Promise<void> {
  await signedIn(name, options, async ({ client }) => {
    answer(options, await client.call('me'), writeAccount);
  });
}

export async function password(name: string, options: Options): Promise<void> {
  await signedIn(name, options, async ({ client, current, questions }) => {
    const next = await questions.newSecret('New password');
    await client.call('changeOwnPassword', { body: { current, password: next } });
    answer(options, { name, changed: true }, () =>
      write(`${name} has a new password, and the other sessions of the account ended`),
    );
  });
}

/** Shows the secret for the authenticator app, and asks for a first code of it. */
export async function addTotp(name: string, options: Options): Promise<void> {
  await signedIn(name, options, async ({ client, questions }) => {
    const { secret, uri } = await client.call('offerTotp');
    // On standard error: what is on standard output may be kept somewhere.
    process.stderr.write(`${renderUnicodeCompact(uri)}\nOr type this secret into the app: ${secret}\n`);
    await client.call('confirmTotp', { body: { code: await questions.text('Code of the app') } });
    answer(options, { name, totp: true }, () => write(`${name} is asked for a code at each sign-in`));
  });
}

export async function removeTotp(name: string, options: Options): Promise<void> {
  await signedIn(name, options, async ({ client, questions }) => {
    // A code counts once, so the one of the sign-in does not do.
    const code = await questions.text('Next code of the app that is to go');
    await client.call('removeTotp', { body: { code } });
    answer(options, { name, totp: false }, () => write(`${name} is asked for no code any more`));
  });
}

export async function passkeys(name: string, options: Options): Promise<void> {
  await signedIn(name, options, async ({ client }) => {
    answer(options, await client.call('passkeys'), ({ items }) =>
      writeTable(
        items,
        [
          { title: 'id', value: ({ id }) => id },
          { title: 'name', value: (one) => one.name },
          { title: 'made', value: ({ createdAt }) => formatTime(createdAt) },
          {
            title: 'used',
            value: ({ lastUsedAt }) => (lastUsedAt === undefined ? 'never' : formatTime(lastUsedAt)),
          },
        ],
        'no passkeys; a browser adds one, in the console behind the name at the top',
      ),
    );
  });
}

export async function removePasskey(name: string, id: string, options: Options): Promise<void> {
  await signedIn(name, options, async ({ client }) => {
    await client.call('removePasskey', { params: { id } });
    answer(options, { id, removed: true }, () => write('the passkey is removed'));
  });
}

export async function sessions(name: string, options: Options): Promise<void> {
  await signedIn(name, options, async ({ client }) => {
    answer(options, await client.call('sessions'), ({ items }) => writeSessions(items));
  });
}

interface SignedIn {
  readonly client: AdminClient;
  /** The password that was typed. */
  readonly current: string;
  readonly questions: Questions;
}

async function signedIn(
  username: string,
  options: ConfigOption,
  work: (own: SignedIn) => Promise<void>,
): Promise<void> {
  const questions = new Questions();
  try {
    const current = await questions.secret(`Password of ${username}`);
    const client = await signInTo(options, { username, password: current }).catch(async (error: unknown) => {
      if (!(error instanceof RelayRefusal) || error.type !== codeNeeded) throw error;
      const code = await questions.text('Code of the authenticator app');
      return signInTo(options, { username, password: current, code });
    });
    try {
      await work({ client, current, questions });
    } finally {
      await client.call('signOut');
    }
  } finally {
    questions.close();
  }
}

function writeAccount({ name, role, password: has, totp, passkeys: count, lastSignInAt }: UserView): void {
  write(`${name} is ${role}`);
  const ways = [
    ...(has ? [totp ? 'password and code' : 'password'] : []),
    ...(count > 0 ? [countOf(count, 'passkey')] : []),
  ];
  write(`signs in by ${ways.join(' or ') || 'the identity provider'}`);
  if (lastSignInAt !== undefined) write(`signed in last ${formatTime(lastSignInAt)}`);
}
