/** The commands about the policy as a whole, and the lists of what it names. */
import type { Command } from 'commander';
import { withRelay } from './options.ts';

export function registerSources(program: Command): void {
  const source = program.command('source').description('who may send');
  withRelay(source.command('list'))
    .description('list the sources of the policy in force')
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./sources.ts')).list(options));
  source
    .command('password')
    .description('ask for a password (or read one line from standard input) and print its hash')
    .action(async () => (await import('./source-password.ts')).sourcePassword());
}

export function registerConnectors(program: Command): void {
  const connector = program.command('connector').description('how mail leaves');
  const load = () => import('./connectors.ts');
  withRelay(connector.command('list'))
    .description('list the connectors of the policy in force')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).list(options));
  withRelay(connector.command('suspend <name>'))
    .description('hold its mail back until resumed, or until a time')
    .option('--reason <text>', 'why')
    .option(
      '--until <time>',
      'used again by itself then, such as 2027-06-30T12:00:00Z, or after the day 2027-06-30',
    )
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).suspend(name, options));
  withRelay(connector.command('resume <name>'))
    .description('use it again')
    .option('--sender <address>', 'only this sender, whose mail waits')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).resume(name, options));
  withRelay(connector.command('sign-in <name>'))
    .description('sign a person in for a connector with "signIn: device-code"')
    .action(async (name, options) => (await import('./sign-in.ts')).signIn(name, options));
}

export function registerPolicy(program: Command): void {
  const policy = program.command('policy').description('the policy in force');
  const load = () => import('./policy.ts');
  withRelay(policy.command('show'))
    .description('print it, without secrets')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).show(options));
  withRelay(policy.command('check <file>'))
    .description('let the running relay judge a policy file without using it')
    .option('--json', 'findings as JSON')
    .action(async (file, options) => (await load()).check(file, options));
  withRelay(policy.command('reload'))
    .description('read the policy again from its file')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).reload(options));
  withRelay(policy.command('set <file>'))
    .description('put a policy in force where the store keeps it')
    .option('--yes', 'ask nothing')
    .option('--json', 'as JSON')
    .action(async (file, options) => (await load()).set(file, options));
  withRelay(policy.command('preview <file>'))
    .description('judge a policy file and say what it would change, without using it')
    .option('--json', 'as JSON')
    .action(async (file, options) => (await load()).preview(file, options));
  withRelay(policy.command('revisions'))
    .description('list the revisions, newest first')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).revisions(options));
}
