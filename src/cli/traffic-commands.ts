/** The commands that show the mail flow, and those that act on many messages. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { withFilter } from './message-filter.ts';

export interface Helpers {
  readonly withConfig: (command: Command) => Command;
  readonly toCount: (text: string) => number;
}

export function registerTraffic(program: Command, { withConfig, toCount }: Helpers): void {
  withConfig(program.command('stats'))
    .description('what was accepted, relayed, deferred, refused and failed')
    .addOption(new Option('--range <range>', 'the last').choices(['hour', 'day', 'month']).default('hour'))
    .addOption(
      new Option('--by <what>', 'for each').choices(['total', 'source', 'connector']).default('total'),
    )
    .option('--name <name>', 'of this source or connector alone')
    .option('--json', 'with every step, as JSON')
    .action(async (options) => (await import('./traffic.ts')).stats(options));
  const strangers = program.command('strangers').description('clients that no source names');
  withConfig(strangers.command('list'))
    .description('who was refused, grouped by address, the latest first')
    .option('--text <text>', 'part of address, name, sender or recipient')
    .option('--limit <n>', 'at most so many', toCount, 50)
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./traffic.ts')).strangers(options));
}

/** `relay365 security …`. */
export function registerSecurity(program: Command, { withConfig }: Pick<Helpers, 'withConfig'>): void {
  const security = program.command('security').description('what protects the relay');
  withConfig(security.command('self-test'))
    .description('try the classic ways of misusing a relay on every listener; nothing is sent')
    .option('--json', 'with the conversations, as JSON')
    .action(async (options) => (await import('./self-test.ts')).selfTest(options));
}

/** Below `relay365 queue`. */
export function registerQueueTraffic(queue: Command, { withConfig }: Helpers): void {
  withConfig(queue.command('groups'))
    .description('what waits, grouped by what it waits for')
    .addOption(
      new Option('--by <what>', 'group by').choices(['connector', 'domain', 'reason', 'all']).default('all'),
    )
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./traffic.ts')).groups(options));
  const act = queue
    .command('act')
    .description('act on many messages: ids, or those that wait and fit the filters')
    .addArgument(actionArgument(queue))
    .argument('[ids...]', 'messages');
  withFilter(withConfig(act))
    .option('--text <terms>', 'one box for sender, recipient, subject, source, Message-ID, id and client')
    .option('--all', 'everything that waits')
    .option('--to <connector>', 'for reroute; absent: as the policy says')
    .option('--reason <text>', 'for hold')
    .option('--without-notice', 'for delete: do not tell the senders')
    .option('--dry-run', 'only say what would be done, and whether senders would be told')
    .option('--json', 'as JSON')
    .action(async (action, ids, options) => (await import('./queue-actions.ts')).act(action, ids, options));
  withConfig(queue.command('resend <id>'))
    .description('send the content again as a new message, while it is kept')
    .option('--to <addresses>', 'instead of its recipients; commas separate them')
    .option('--sender <address>', 'instead of its sender')
    .action(async (id, options) => (await import('./queue-actions.ts')).resend(id, options));
  withConfig(queue.command('cancel <id> <recipient>'))
    .description('give one recipient up and tell the sender')
    .option('--without-notice', 'do not tell the sender')
    .action(async (id, recipient, options) =>
      (await import('./queue-actions.ts')).cancel(id, recipient, options),
    );
}

function actionArgument(queue: Command) {
  return queue
    .createArgument('<action>', 'what to do')
    .choices(['hold', 'release', 'retry', 'reroute', 'delete']);
}
