/** Commands that edit the policy entry by entry and look at what follows from it. Actions are loaded when they run. */
import type { Command } from 'commander';

type WithConfig = (command: Command) => Command;

export function registerPolicyEdits(program: Command, withConfig: WithConfig): void {
  const group = (name: string): Command =>
    program.commands.find((one) => one.name() === name) ?? program.command(name);
  registerSourceEdits(group('source'), withConfig);
  registerConnectorEdits(group('connector'), withConfig);
  registerPolicyLooks(group('policy'), withConfig);
  registerStrangers(group('strangers'), withConfig);
  registerCutOver(
    program.command('cut-over').description('unknown senders are told to come back for a while'),
    withConfig,
  );
  const looks = () => import('./setup.ts');
  const list = (name: 'setup' | 'limits' | 'certificates', words: string): void => {
    withConfig(program.command(name))
      .description(words)
      .option('--json', 'as JSON')
      .action(async (options) => (await looks())[name](options));
  };
  list('setup', 'what is set up and what is still to be done');
  list('limits', 'limits of Microsoft 365: used, left, and what will wait');
  list('certificates', 'certificates and secrets, the next to end first');
}

function registerSourceEdits(source: Command, withConfig: WithConfig): void {
  const load = () => import('./source-edits.ts');
  withConfig(source.command('add'))
    .description('let a new source send')
    .requiredOption('--file <file>', 'its entry as YAML or JSON; - for standard input')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).add(options));
  withConfig(source.command('set <name>'))
    .description('replace the entry of a source')
    .requiredOption('--file <file>', 'its entry as YAML or JSON; - for standard input')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).set(name, options));
  withConfig(source.command('remove <name>'))
    .description('a source may send no more')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).remove(name, options));
  withConfig(source.command('review <name>'))
    .description('note that a source was reviewed today')
    .option('--next <date>', 'date of the next review (default: a year from today)')
    .option('--firmware <version>', 'the firmware was looked at, and this is its version')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).review(name, options));
  withConfig(source.command('card <name>'))
    .description('what the person at the device types in')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).card(name, options));
  withConfig(source.command('export'))
    .description('print the sources as a table (CSV)')
    .action(async (options) => (await load()).exportCsv(options));
  withConfig(source.command('import <file>'))
    .description('judge a table of sources (CSV); nothing is changed without --apply')
    .option('--apply', 'put it in force, as one revision')
    .option('--json', 'as JSON')
    .action(async (file, options) => (await load()).importCsv(file, options));
}

function registerConnectorEdits(connector: Command, withConfig: WithConfig): void {
  const load = () => import('./connector-edits.ts');
  withConfig(connector.command('add'))
    .description('add a way out')
    .requiredOption('--file <file>', 'its entry as YAML or JSON; - for standard input')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).add(options));
  withConfig(connector.command('set <name>'))
    .description('replace the entry of a connector')
    .requiredOption('--file <file>', 'its entry as YAML or JSON; - for standard input')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).set(name, options));
  withConfig(connector.command('remove <name>'))
    .description('take a way out away')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).remove(name, options));
}

function registerPolicyLooks(policy: Command, withConfig: WithConfig): void {
  withConfig(policy.command('diff <from> [to]'))
    .description('what differs between two revisions; without the second, the newest')
    .option('--json', 'as JSON')
    .action(async (from, to, options) => (await import('./policy-history.ts')).diff(from, to, options));
  withConfig(policy.command('restore <revision>'))
    .description('put an older revision in force again, as a new one')
    .option('--json', 'as JSON')
    .action(async (revision, options) => (await import('./policy-history.ts')).restore(revision, options));
  withConfig(policy.command('simulate <recipients...>'))
    .description('what would happen to a message, stage by stage; nothing is sent')
    .requiredOption('--address <address>', 'address of the client')
    .requiredOption('--sender <sender>', 'envelope sender; <> for the null sender')
    .option('--from <address>', 'address of the header From (default: the sender)')
    .option('--listener <name>', 'listener that it connects to (default: the first)')
    .option('--login <user>', 'user name of a login that succeeded')
    .option('--tls', 'it came over TLS')
    .option('--bytes <n>', 'size of the message')
    .option('--policy <file>', 'a draft to judge by')
    .option('--json', 'as JSON')
    .action(async (recipients, options) => (await import('./simulate.ts')).simulate(recipients, options));
}

function registerStrangers(strangers: Command, withConfig: WithConfig): void {
  const load = () => import('./strangers.ts');
  withConfig(strangers.command('allow <address>'))
    .description('show the source with the least rights that lets it in; with --yes put it in force')
    .option('--until <date>', 'last day of the permission')
    .option('--yes', 'put it in force')
    .option('--json', 'as JSON')
    .action(async (address, options) => (await load()).allow(address, options));
  withConfig(strangers.command('block <address>'))
    .description('refuse it before it can say anything')
    .option('--range <range>', 'a range that holds it')
    .option('--note <text>', 'why')
    .option('--until <date>', 'last day of the block')
    .option('--json', 'as JSON')
    .action(async (address, options) => (await load()).block(address, options));
  withConfig(strangers.command('ignore <address>'))
    .description('leave it out of the list until it tries something new')
    .option('--note <text>', 'why')
    .option('--json', 'as JSON')
    .action(async (address, options) => (await load()).ignore(address, options));
  withConfig(strangers.command('forget <address>'))
    .description('take back that it is ignored or blocked')
    .option('--json', 'as JSON')
    .action(async (address, options) => (await load()).forget(address, options));
}

function registerCutOver(cutOver: Command, withConfig: WithConfig): void {
  const load = () => import('./cut-over.ts');
  withConfig(cutOver.command('start'))
    .description('answer unknown senders of these networks with 4xx until then')
    .requiredOption('--network <ranges...>', 'addresses and ranges')
    .requiredOption('--until <moment>', 'date or RFC 3339 time, at most 14 days away')
    .option('--note <text>', 'why')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).start(options));
  withConfig(cutOver.command('stop'))
    .description('refuse unknown senders again')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).stop(options));
  withConfig(cutOver.command('status'))
    .description('whether unknown senders are told to come back')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).status(options));
}
