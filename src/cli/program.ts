/** The commands and their options. Actions are loaded when they run, so that `start` does not wait for what `init` needs. */
import { Command, Option } from 'commander';
import { StartFailure } from '../main/failure.ts';
import { packageVersion } from '../main/version.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { registerDiagnosis } from './diagnosis-commands.ts';
import { addExamples } from './examples.ts';
import { applyGroups } from './groups.ts';
import { registerExplaining } from './explain-commands.ts';
import { registerKeeping } from './keeping-commands.ts';
import { registerMicrosoft365 } from './microsoft365-commands.ts';
import { registerPolicyEdits } from './policy-api.ts';
import { registerConnectors, registerPolicy, registerSources } from './policy-commands.ts';
import { registerImport } from './register-import.ts';
import { registerQuickstart } from './quickstart.ts';
import { registerAccess } from './register-access.ts';
import { registerAlerts } from './register-alerts.ts';
import { registerQueue, registerSearches, registerTrace } from './mail-commands.ts';
import { preferWhatIsTyped, toCount, toPort, withConfig, withRelay } from './options.ts';
import { registerSandbox } from './sandbox.ts';
import { registerSecurity, registerTraffic } from './traffic-commands.ts';

/** Runs one command; sets the exit code and lets the process end by itself, so that output is flushed. */
export async function run(argv: readonly string[], program = createProgram()): Promise<void> {
  try {
    await program.parseAsync([...argv]);
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
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 not done or not well, 2 fault of configuration or policy, 3 no relay answers.
"relay365 COMMAND --help" has options and examples; docs/cli.md has them all.`,
    )
    .showHelpAfterError('(relay365 --help lists the commands)')
    .showSuggestionAfterError();
  registerRunning(program);
  registerQueue(program);
  registerTrace(program);
  registerSearches(program);
  registerTraffic(program, { withConfig: withRelay, toCount });
  registerSecurity(program, { withConfig: withRelay });
  registerExplain(program);
  registerSources(program);
  registerConnectors(program);
  registerDiagnosis(program, withRelay);
  registerPolicy(program);
  registerMicrosoft365(program, withRelay);
  registerImport(program, withRelay);
  registerQuickstart(program);
  registerSandbox(program);
  registerAccess(program, withRelay, toCount);
  registerAlerts(program, withRelay, toCount);
  registerPolicyEdits(program, withRelay);
  registerExplaining(program, withRelay);
  registerKeeping(program, { withConfig, withRelay });
  program
    .command('completion')
    .description('print the script by which a shell completes these commands')
    .addArgument(program.createArgument('<shell>', 'which one').choices(['bash', 'zsh']))
    .action(async (shell) => (await import('./completion.ts')).completion(shell, program));
  preferWhatIsTyped(program);
  applyGroups(program);
  addExamples(program);
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
