/** The commands and their options. Actions are loaded when they run, so that `start` does not wait for what `init` needs. */
import { Command, Option } from 'commander';
import { StartFailure } from '../main/failure.ts';
import { packageVersion } from '../main/version.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { registerDiagnosis } from './diagnosis-commands.ts';
import { registerExplaining } from './explain-commands.ts';
import { registerKeeping } from './keeping-commands.ts';
import { registerMicrosoft365 } from './microsoft365-commands.ts';
import { registerPolicyEdits } from './policy-api.ts';
import { registerQuickstart } from './quickstart.ts';
import { registerAccess } from './register-access.ts';
import { registerAlerts } from './register-alerts.ts';
import { withFilter } from './message-filter.ts';
import { preferWhatIsTyped, toCount, toPort, withConfig, withRelay } from './options.ts';
import { registerSandbox } from './sandbox.ts';
import { registerQueueTraffic, registerSecurity, registerTraffic } from './traffic-commands.ts';

/** Runs one command; sets the exit code and lets the process end by itself, so that output is flushed. */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync([...argv]);
  } catch (error) {
    const words = wordsOf(error);
    if (words === undefined) throw error;
    process.stderr.write(`${words}\n`);
    process.exitCode = error instanceof CommandFailure ? error.exitCode : exitCodes.other;
  }
}

/** For what is no defect of ours; a stack would hide it. */
function wordsOf(error: unknown): string | undefined {
  if (error instanceof CommandFailure || error instanceof StartFailure) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  const isOutdated = code === 'ERR_MODULE_NOT_FOUND' && message.startsWith('Cannot find package ');
  // After an update of the checkout alone.
  return isOutdated ? `${message}: the dependencies do not fit this version; run npm ci` : undefined;
}

export function createProgram(): Command {
  const program = new Command('relay365')
    .description('The SMTP relay between what cannot speak to Microsoft 365 and Microsoft 365.')
    .version(packageVersion())
    .showHelpAfterError('(relay365 --help lists the commands)')
    .showSuggestionAfterError();
  registerRunning(program);
  registerQueue(program);
  registerTrace(program);
  registerTraffic(program, { withConfig: withRelay, toCount });
  registerSecurity(program, { withConfig: withRelay });
  registerExplain(program);
  registerSources(program);
  registerConnectors(program);
  registerDiagnosis(program, withRelay);
  registerPolicy(program);
  registerMicrosoft365(program, { withConfig, withRelay });
  registerQuickstart(program);
  registerSandbox(program);
  registerAccess(program, withRelay, toCount);
  registerAlerts(program, withRelay, toCount);
  registerPolicyEdits(program, withRelay);
  registerExplaining(program, withRelay);
  registerKeeping(program, { withConfig, withRelay });
  preferWhatIsTyped(program);
  return program;
}

function registerRunning(program: Command): void {
  withConfig(program.command('start'))
    .description('run the relay in the foreground until SIGTERM or SIGINT')
    .addOption(
      new Option(
        '--log-format <format>',
        'json, or pretty for people (default: pretty on a terminal)',
      ).choices(['json', 'pretty']),
    )
    .action(async (options) => (await import('./start.ts')).start(options));
  withConfig(program.command('check-config'))
    .description('check configuration and policy without starting anything')
    .option('--json', 'findings as JSON')
    .action(async (options) => (await import('./check-config.ts')).checkConfig(options));
  program
    .command('init')
    .description('ask a few questions and write relay365.yaml, policy.yaml and a certificate')
    .option('--dir <dir>', 'directory to write to', '.')
    .option('--yes', 'take the defaults, ask nothing')
    .option('--force', 'overwrite what is there')
    .option('--hostname <name>', 'name of this relay')
    .option('--address <address>', 'address to listen on')
    .option('--port <port>', 'port to listen on', toPort)
    .option('--network <range>', 'address or range that may send')
    .option('--sender <pattern>', 'addresses that may be sent from, such as *@contoso.com')
    .option('--next-hop <host:port>', 'where mail goes')
    .action(async (options) => (await import('./init.ts')).init(options));
  withRelay(program.command('status'))
    .description('state of the running relay')
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./status.ts')).status(options));
}

function registerQueue(program: Command): void {
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
    .action(async (id, options) => (await load()).hold(id, options));
  withRelay(queue.command('release <id>'))
    .description('let a held message go')
    .action(async (id, options) => (await load()).release(id, options));
  withRelay(queue.command('retry <id>'))
    .description('try a waiting message now')
    .action(async (id, options) => (await load()).retry(id, options));
  withRelay(queue.command('reroute <id> [connector]'))
    .description('send by another connector; without a name as the policy says')
    .action(async (id, connector, options) => (await load()).reroute(id, connector, options));
  withRelay(queue.command('delete <id>'))
    .description('give a message up and tell its sender')
    .option('--without-notice', 'do not tell the sender')
    .action(async (id, options) => (await load()).remove(id, options));
  registerQueueTraffic(queue, { withConfig: withRelay, toCount });
}

function registerTrace(program: Command): void {
  withFilter(withRelay(program.command('trace [text]')))
    .description('what happened to a message: a reference, or terms that any of its fields fits')
    .addOption(new Option('--state <state>', 'only messages that are').choices(['active', 'held', 'settled']))
    .addOption(
      new Option('--order <order>', 'which first')
        .choices(['newest', 'oldest', 'largest', 'smallest'])
        .default('newest'),
    )
    .addOption(
      new Option('--export <format>', 'write all of them to standard output').choices(['csv', 'ndjson']),
    )
    .option('--limit <n>', 'at most so many', toCount, 20)
    .option('--json', 'as JSON')
    .action(async (text, options) => (await import('./trace.ts')).trace(text, options));
}

function registerExplain(program: Command): void {
  program
    .command('explain [text...]')
    .description('what a reply, an error or a bounce of Microsoft 365 means; without text, of standard input')
    .addOption(
      new Option('--where <place>', 'where it was met').choices([
        'mx',
        'submission',
        'hve',
        'acs',
        'graph',
        'identity',
        'ndr',
      ]),
    )
    .option('--file <file>', 'of a file: a returned message (.eml) or a piece of a log')
    .option(
      '--config <file>',
      'configuration whose policy fills in the values (default: relay365.yaml, where there is one)',
    )
    .option('--json', 'as JSON')
    .action(async (text, options) => (await import('./explain.ts')).explain(text, options));
}

function registerSources(program: Command): void {
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

function registerConnectors(program: Command): void {
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
    .action(async (name, options) => (await load()).suspend(name, options));
  withRelay(connector.command('resume <name>'))
    .description('use it again')
    .option('--sender <address>', 'only this sender, whose mail waits')
    .action(async (name, options) => (await load()).resume(name, options));
  withRelay(connector.command('sign-in <name>'))
    .description('sign a person in for a connector with "signIn: device-code"')
    .action(async (name, options) => (await import('./sign-in.ts')).signIn(name, options));
}

function registerPolicy(program: Command): void {
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
    .action(async (options) => (await load()).reload(options));
  withRelay(policy.command('set <file>'))
    .description('put a policy in force where the store keeps it')
    .action(async (file, options) => (await load()).set(file, options));
  withRelay(policy.command('revisions'))
    .description('list the revisions, newest first')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).revisions(options));
}
