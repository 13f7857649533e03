/** Commands about accounts, API tokens and the audit log. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { roles } from '../../contract/roles.ts';
import { registerAccount } from './register-account.ts';

type WithConfig = (command: Command) => Command;

const roleOption = (): Option =>
  new Option('--role <role>', 'what the holder may do').choices([...roles]).makeOptionMandatory();

export function registerAccess(
  program: Command,
  withConfig: WithConfig,
  toCount: (text: string) => number,
): void {
  registerUsers(program, withConfig);
  registerAccount(program, withConfig);
  registerTokens(program, withConfig);
  registerAudit(program, withConfig, toCount);
}

function registerUsers(program: Command, withConfig: WithConfig): void {
  const user = program
    .command('user')
    .description('accounts of the console; with the relay running or stopped');
  const load = () => import('./user.ts');
  withConfig(user.command('add <name>'))
    .description('make an account')
    .addOption(roleOption())
    .option('--password-stdin', 'read the password from standard input, one line')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).add(name, options));
  withConfig(user.command('list'))
    .description('list the accounts')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).list(options));
  withConfig(user.command('password <name>'))
    .description('give an account a new password and end its sessions')
    .option('--password-stdin', 'read the password from standard input, one line')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).password(name, options));
  withConfig(user.command('disable <name>'))
    .description('let an account sign in no more and end its sessions')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).disable(name, options));
  withConfig(user.command('enable <name>'))
    .description('let a disabled account sign in again')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).enable(name, options));
  withConfig(user.command('show <name>'))
    .description('one account')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).show(name, options));
  withConfig(
    user
      .command('role <name>')
      .addArgument(user.createArgument('<role>', 'what it may do').choices([...roles])),
  )
    .description('give an account another role')
    .option('--json', 'as JSON')
    .action(async (name, role, options) => (await load()).role(name, role, options));
  withConfig(user.command('reset <name>'))
    .description('take second factors away, where they were lost')
    .option('--totp', 'the authenticator app')
    .option('--passkeys', 'all passkeys')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).reset(name, options));
  withConfig(user.command('remove <name>'))
    .description('remove an account and end its sessions')
    .option('--yes', 'ask nothing')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).remove(name, options));
}

function registerTokens(program: Command, withConfig: WithConfig): void {
  const token = program
    .command('token')
    .description('API tokens for scripts; with the relay running or stopped');
  const load = () => import('./token.ts');
  withConfig(token.command('add <name>'))
    .description('make a token and print it, once')
    .addOption(roleOption())
    .option('--expires <day>', 'last day, such as 2027-06-30; without it until removed')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).add(name, options));
  withConfig(token.command('list'))
    .description('list the tokens, without their secret')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).list(options));
  withConfig(token.command('remove <id>'))
    .description('make a token worthless')
    .option('--yes', 'ask nothing')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await load()).remove(id, options));
}

function registerAudit(program: Command, withConfig: WithConfig, toCount: (text: string) => number): void {
  const audit = program.command('audit').description('who did what; with the relay running or stopped');
  const load = () => import('./audit.ts');
  withConfig(audit.command('list'))
    .description('list the newest entries')
    .option('--by <name>', 'of one account, token or command')
    .option('--action <action>', 'of one kind, such as signIn or putPolicy')
    .option('--object <object>', 'about one thing')
    .option('--limit <n>', 'at most so many', toCount, 50)
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).list(options));
  withConfig(audit.command('verify'))
    .description('find any change, removal, reordering or cut; exit code 1 where there is one')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).verify(options));
  withConfig(audit.command('export'))
    .description('print the whole log, oldest first, one JSON object a line')
    .option('--json', 'as it is anyway')
    .action(async (options) => (await load()).exportAll(options));
}
