/** The commands that edit and look at one entry of the policy: a source or a connector. */
import type { Command } from 'commander';

type WithConfig = (command: Command) => Command;

export function registerSourceEdits(source: Command, withConfig: WithConfig): void {
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
    .option('--yes', 'ask nothing')
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
  withConfig(source.command('new-password <name>'))
    .description('make a new password for the login of a source, and print it this once')
    .option(
      '--due <date>',
      'when the next one is due (default: a year from today, where the login has such a date)',
    )
    .option('--yes', 'ask nothing')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).newPassword(name, options));
  withConfig(source.command('merge <name> <others...>'))
    .description('give a source the permissions of others, and remove these')
    .option('--yes', 'ask nothing')
    .option('--json', 'as JSON')
    .action(async (name, others, options) => (await load()).merge(name, others, options));
  registerSourceLooks(source, withConfig);
  withConfig(source.command('export'))
    .description('print the sources as a table (CSV)')
    .action(async (options) => (await load()).exportCsv(options));
  withConfig(source.command('import <file>'))
    .description('judge a table of sources (CSV); nothing is changed without --apply')
    .option('--apply', 'put it in force, as one revision')
    .option('--json', 'as JSON')
    .action(async (file, options) => (await load()).importCsv(file, options));
}

function registerSourceLooks(source: Command, withConfig: WithConfig): void {
  const load = () => import('./source-looks.ts');
  withConfig(source.command('show <name>'))
    .description('its entry in the policy, and when it was seen')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).show(name, options));
  withConfig(source.command('check'))
    .description('judge an entry without using it')
    .requiredOption('--file <file>', 'the entry as YAML or JSON; - for standard input')
    .option('--replaces <name>', 'the source that it is to replace')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).check(options));
  withConfig(source.command('seen [name]'))
    .description('when and from where sources send, how much, and by which TLS')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).seen(name, options));
  withConfig(source.command('allow-list'))
    .description('every permission to send with its age, overlaps and width')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).allowList(options));
}

export function registerConnectorEdits(connector: Command, withConfig: WithConfig): void {
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
    .option('--yes', 'ask nothing')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).remove(name, options));
  withConfig(connector.command('clone <name> <copy>'))
    .description('add a copy that begins suspended')
    .option('--json', 'as JSON')
    .action(async (name, copy, options) => (await load()).clone(name, copy, options));
  const look = () => import('./connector-looks.ts');
  withConfig(connector.command('show <name>'))
    .description('its entry in the policy without secrets, and how it does')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await look()).show(name, options));
  withConfig(connector.command('check'))
    .description('judge an entry without using it')
    .requiredOption('--file <file>', 'the entry as YAML or JSON; - for standard input')
    .option('--replaces <name>', 'the connector that it is to replace')
    .option('--json', 'as JSON')
    .action(async (options) => (await look()).check(options));
  withConfig(connector.command('validation <name>'))
    .description('what "connector validate" found last; exit code 1 where it failed')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await look()).validation(name, options));
}
