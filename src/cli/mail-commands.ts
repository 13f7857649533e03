/** The commands about messages on their way: queue and trace. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { withFilter } from './message-filter.ts';
import { toCount, withRelay } from './options.ts';
import { registerQueueTraffic } from './traffic-commands.ts';

export function registerQueue(program: Command): void {
  const queue = program.command('queue').description('messages on their way');
  const load = () => import('./queue.ts');
  withRelay(queue.command('list'))
    .description('list messages; without --state those that wait')
    .addOption(
      new Option('--state <state>', 'which').choices(['active', 'held', 'settled', 'all']).default('active'),
    )
    .option('--source <name>', 'of one source')
    .option('--text <text>', 'part of sender, recipient, subject or id')
    .option('--limit <n>', 'at most so many', toCount, 50)
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).list(options));
  withRelay(queue.command('show <id>'))
    .description('one message with every attempt')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await load()).show(id, options));
  withRelay(queue.command('hold <id>'))
    .description('keep a message back')
    .option('--reason <text>', 'why')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await load()).hold(id, options));
  withRelay(queue.command('release <id>'))
    .description('let a held message go')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await load()).release(id, options));
  withRelay(queue.command('retry <id>'))
    .description('try a waiting message now')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await load()).retry(id, options));
  withRelay(queue.command('reroute <id> [connector]'))
    .description('send by another connector; without a name as the policy says')
    .option('--json', 'as JSON')
    .action(async (id, connector, options) => (await load()).reroute(id, connector, options));
  withRelay(queue.command('delete <id>'))
    .description('give a message up and tell its sender')
    .option('--without-notice', 'do not tell the sender')
    .option('--yes', 'ask nothing')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await load()).remove(id, options));
  registerQueueTraffic(queue, { withConfig: withRelay, toCount });
}

export function registerTrace(program: Command): void {
  withFilter(withRelay(program.command('trace [text]')))
    .description('what happened to a message: a reference, or terms that any of its fields fits')
    .addOption(new Option('--state <state>', 'only messages that are').choices(['active', 'held', 'settled']))
    .addOption(
      new Option('--order <order>', 'which first')
        .choices(['newest', 'oldest', 'largest', 'smallest'])
        .default('newest'),
    )
    .addOption(
      new Option(
        '--export <format>',
        'write all of them to standard output; json: one array, ndjson: one object a line',
      ).choices(['csv', 'json', 'ndjson']),
    )
    .addOption(lastOption())
    .option(
      '--search <name>',
      'as "relay365 search save" kept it; other options narrow it or replace its own',
    )
    .option('--limit <n>', 'at most so many', toCount, 20)
    .option('--json', 'as JSON')
    .action(async (text, options) => (await import('./trace.ts')).trace(text, options));
}

/** Searches that are kept under a name. */
export function registerSearches(program: Command): void {
  const search = program.command('search').description('searches among messages that are kept under a name');
  const load = () => import('./searches.ts');
  withRelay(search.command('list'))
    .description('those that you saved, and those that are shared')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).list(options));
  withFilter(withRelay(search.command('save <name> [text]')))
    .description('keep a search; replaces one of that name')
    .addOption(new Option('--state <state>', 'only messages that are').choices(['active', 'held', 'settled']))
    .addOption(lastOption())
    .option('--shared', 'for everybody who may search')
    .option('--json', 'as JSON')
    .action(async (name, text, options) => (await load()).save(name, text, options));
  withRelay(search.command('remove <name>'))
    .description('remove a search that you saved or shared')
    .option('--yes', 'ask nothing')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).remove(name, options));
}

const lastOption = (): Option =>
  new Option('--last <span>', 'accepted within the last hour, day, week (7 days) or month (30 days)')
    .choices(['hour', 'day', 'week', 'month'])
    .conflicts(['from', 'before']);
