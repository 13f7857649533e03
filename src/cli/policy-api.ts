/** Commands that edit the policy entry by entry and look at what follows from it. Actions are loaded when they run. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { registerConnectorEdits, registerSourceEdits } from './entry-commands.ts';

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
  withConfig(program.command('node').description('what the relay stands on').command('list'))
    .description('the node, its store and its storage')
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./node.ts')).list(options));
  withConfig(program.command('retention'))
    .description('how long what is kept, and what the last sweep removed')
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./node.ts')).retention(options));
}

function registerPolicyLooks(policy: Command, withConfig: WithConfig): void {
  withConfig(policy.command('diff <from> [to]'))
    .description('what differs between two revisions; without the second, the newest')
    .option('--json', 'as JSON')
    .action(async (from, to, options) => (await import('./policy-history.ts')).diff(from, to, options));
  withConfig(policy.command('revision <number>'))
    .description('one revision as it was written, and what it changed')
    .option('--json', 'as JSON')
    .action(async (number, options) => (await import('./policy-history.ts')).revision(number, options));
  withConfig(policy.command('restore <revision>'))
    .description('put an older revision in force again, as a new one')
    .option('--dry-run', 'only say what it would change')
    .option('--yes', 'ask nothing')
    .option('--json', 'as JSON')
    .action(async (revision, options) => (await import('./policy-history.ts')).restore(revision, options));
  withConfig(policy.command('simulate <recipients...>'))
    .description('what would happen to a message, stage by stage; nothing is sent')
    .requiredOption('--address <address>', 'address of the client')
    .requiredOption('--sender <sender>', 'envelope sender; <> for the null sender')
    .option('--from <value>', 'value of the header From (default: the sender)')
    .option('--helo <name>', 'name in EHLO')
    .option('--spf <result>', 'result of SPF to judge with (default: it is looked up where it is asked)')
    .option('--listener <name>', 'listener that it connects to (default: the first)')
    .option('--login <user>', 'user name of a login that succeeded')
    .option('--tls', 'it came over TLS')
    .option('--certificate <file>', 'client certificate (PEM) or fingerprint that it showed')
    .option('--certificate-trusted', 'a CA of tls.clientCa vouches for it')
    .option('--bytes <n>', 'size of the message (default: that of --message)')
    .option(
      '--message <file>',
      'the message or its header section, judged octet for octet; - for standard input',
    )
    .option('--text', 'line ends of --message become CR LF, as a mail program sends them')
    .addOption(new Option('--body <type>', 'BODY of MAIL').choices(['7bit', '8bitmime', 'binarymime']))
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
  withConfig(strangers.command('decisions'))
    .description('who is ignored or blocked, and who decided it')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).decisions(options));
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
