/** The commands about what is kept in order: calendar, reports, review of the log, backups. */
import type { Command } from 'commander';
import { Option } from 'commander';

type With = (command: Command) => Command;

/** `withConfig`: what needs no relay, `withRelay`: what asks one. */
interface Ways {
  readonly withConfig: With;
  readonly withRelay: With;
}

export function registerKeeping(program: Command, { withConfig, withRelay }: Ways): void {
  withRelay(program.command('calendar'))
    .description('everything that ends or falls due, the next first')
    .option('--within <days>', 'only what falls due within so many days')
    .option('--kind <kind>', 'only of one kind, such as client-secret')
    .option('--ics', 'print it as iCalendar')
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./keeping.ts')).calendar(options));
  withRelay(program.command('report [month]'))
    .description('report of a month such as 2026-11; without one the months that there are')
    .option('--csv', 'as one table')
    .option('--json', 'as JSON')
    .action(async (month, options) => (await import('./keeping.ts')).report(month, options));
  registerReview(program, withRelay);
  const backup = program.command('backup').description('encrypted copies of everything');
  const load = () => import('./backup.ts');
  const withKey = (command: Command): Command =>
    command
      .option('--key-file <file>', 'file with the key, where there is no configuration')
      .option('--passphrase-file <file>', 'file with the passphrase, where there is no configuration')
      .option('--json', 'as JSON');
  withRelay(backup.command('create'))
    .description('make a backup now, by the running relay, or here where it is stopped')
    .option('--to <path>', 'directory or file; without it as "backup.to" says')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).create(options));
  withRelay(backup.command('list'))
    .description('list the backups that the running relay knows')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).list(options));
  const byRelay = (command: Command): Command =>
    withKey(withRelay(command)).option(
      '--by-relay',
      'the running relay does it, by a name of "backup list"; --url does so too',
    );
  byRelay(backup.command('verify <file>'))
    .description('read a backup to its end and check every part')
    .action(async (file, options) => (await load()).verify(file, options));
  byRelay(backup.command('rehearse <file>'))
    .description('restore a backup into a temporary directory, compare, and delete it again')
    .action(async (file, options) => (await load()).rehearse(file, options));
  withKey(withConfig(backup.command('restore <file>')))
    .description('write a backup into an empty directory')
    .requiredOption('--into <dir>', 'empty or new directory; then the "data" of a configuration')
    .action(async (file, options) => (await load()).restore(file, options));
}

function registerReview(program: Command, withRelay: With): void {
  const review = program.command('review').description('what is unusual in the log of connections');
  const load = () => import('./review.ts');
  withRelay(review.command('list'))
    .description('list findings, the latest first')
    .addOption(
      new Option('--state <state>', 'which ones')
        .choices(['open', 'accepted', 'dismissed', 'all'])
        .default('open'),
    )
    .option('--source <name>', 'only of this source')
    .option('--limit <count>', 'how many', Number, 50)
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).list(options));
  withRelay(review.command('show <id>'))
    .description('show a finding with its evidence and what it proposes')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await load()).show(id, options));
  withRelay(review.command('blocks'))
    .description('list the addresses that the review blocks by itself (review.block of relay365.yaml)')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).blocks(options));
  withRelay(review.command('unblock <address>'))
    .description('let such an address connect again; it is left alone for thirty days')
    .option('--json', 'as JSON')
    .action(async (address, options) => (await load()).unblock(address, options));
  const decisions = [
    ['accept', 'put on record that a finding is taken up; found again after a week it is open again'],
    ['dismiss', 'put on record that a finding is no reason to act; the same is not found again'],
    ['reopen', 'take a decision back'],
  ] as const;
  for (const [decision, words] of decisions) {
    withRelay(review.command(`${decision} <id>`))
      .description(words)
      .option('--note <text>', 'why')
      .option('--json', 'as JSON')
      .action(async (id, options) => (await load()).decide(decision, id, options));
  }
}
