/** Commands about the own account and about sessions. */
import type { Command } from 'commander';

type WithConfig = (command: Command) => Command;

export function registerAccount(program: Command, withConfig: WithConfig): void {
  registerSessions(program, withConfig);
  const account = program
    .command('account')
    .description('your own account: asks for its password, and for the code of an authenticator app');
  const load = () => import('./account.ts');
  withConfig(account.command('show <name>'))
    .description('role, and how it signs in')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).show(name, options));
  withConfig(account.command('password <name>'))
    .description('change the own password; ends the other sessions of the account')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).password(name, options));
  withConfig(account.command('add-totp <name>'))
    .description('be asked for the code of an authenticator app as well')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).addTotp(name, options));
  withConfig(account.command('remove-totp <name>'))
    .description('be asked for no code any more')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).removeTotp(name, options));
  withConfig(account.command('passkeys <name>'))
    .description('list the own passkeys; a browser adds them')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).passkeys(name, options));
  withConfig(account.command('sessions <name>'))
    .description('list the own sessions; "session end" ends one')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).sessions(name, options));
  withConfig(account.command('remove-passkey <name> <id>'))
    .description('take an own passkey away')
    .option('--json', 'as JSON')
    .action(async (name, id, options) => (await load()).removePasskey(name, id, options));
}

function registerSessions(program: Command, withConfig: WithConfig): void {
  const session = program.command('session').description('who is signed in to the console');
  const load = () => import('./session.ts');
  withConfig(session.command('list'))
    .description('list the sessions of all accounts')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).list(options));
  withConfig(session.command('end <id>'))
    .description('end a session')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await load()).end(id, options));
}
