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
  withConfig(program.command('watch'))
    .description('what happens now, as it happens')
    .option('--count <n>', 'end after so many seconds in which something was told', toCount)
    .option('--json', 'one JSON object a line')
    .action(async (options) => (await import('./watch.ts')).watch(options));
  const events = program.command('events').description('refusals and failed logins');
  const seen = () => import('./events.ts');
  withConfig(events.command('list'))
    .description('list them, the newest first')
    .option('--kind <kind>', 'of one kind, such as refused')
    .option('--source <name>', 'of one source')
    .option('--text <text>', 'part of client, sender, recipient or reason')
    .option('--limit <n>', 'at most so many', toCount, 50)
    .option('--json', 'as JSON')
    .action(async (options) => (await seen()).list(options));
  withConfig(events.command('show <ref>'))
    .description('one of them, by the reference that the client was told')
    .option('--json', 'as JSON')
    .action(async (ref, options) => (await seen()).show(ref, options));
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
  const look = () => import('./security.ts');
  withConfig(security.command('overview'))
    .description('failed logins, lock-outs, and who sends without TLS')
    .option('--json', 'as JSON')
    .action(async (options) => (await look()).overview(options));
  withConfig(security.command('unlock <id>'))
    .description('end a lock-out of the overview now')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await look()).unlock(id, options));
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
    .option('--yes', 'ask nothing before giving messages up')
    .option('--json', 'as JSON')
    .action(async (action, ids, options) => (await import('./queue-actions.ts')).act(action, ids, options));
  withConfig(queue.command('resend <id>'))
    .description('send the content again as a new message, while it is kept')
    .option('--to <addresses>', 'instead of its recipients; commas separate them')
    .option('--sender <address>', 'instead of its sender')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await import('./queue-actions.ts')).resend(id, options));
  withConfig(queue.command('cancel <id> <recipient>'))
    .description('give one recipient up and tell the sender')
    .option('--without-notice', 'do not tell the sender')
    .option('--yes', 'ask nothing')
    .option('--json', 'as JSON')
    .action(async (id, recipient, options) =>
      (await import('./queue-actions.ts')).cancel(id, recipient, options),
    );
  const parts = () => import('./message-parts.ts');
  withConfig(queue.command('headers <id>'))
    .description('header section before and after what was changed')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await parts()).headers(id, options));
  withConfig(queue.command('content <id>'))
    .description('text and attachments; who looks at them is put on record')
    .option('--html', 'the HTML part as it is, for a file')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await parts()).content(id, options));
}

function actionArgument(queue: Command) {
  return queue
    .createArgument('<action>', 'what to do')
    .choices(['hold', 'release', 'retry', 'reroute', 'delete']);
}
