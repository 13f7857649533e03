/** The options of `relay365 test …`, `relay365 doctor` and `relay365 connector validate`. */
import type { Command } from 'commander';
import { Option } from 'commander';

export function registerDiagnosis(program: Command, withConfig: (command: Command) => Command): void {
  const load = () => import('./test-bench.ts');
  const test = program.command('test').description('try things out');
  withConfig(test.command('conversations'))
    .description('the last conversations that were held')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).conversations(options));
  withConfig(test.command('conversation'))
    .description('hold an SMTP conversation step by step; nothing is sent without --send')
    .option('--as <address>', 'with this relay, as a client from this address')
    .option('--listener <name>', 'listener to meet (default: the first)')
    .option('--login <user>', 'with --as: login that counts as successful; with --host: to sign in with')
    .option('--password-stdin', 'read the password of --login from standard input: it is checked')
    .option('--certificate <file>', 'with --as: client certificate (PEM) or fingerprint that it shows')
    .option('--certificate-trusted', 'a CA of tls.clientCa vouches for it')
    .option('--connector <name>', 'with the next hop of a connector')
    .option('--host <host:port>', 'with any host')
    .addOption(
      new Option('--tls <mode>', 'towards --host or --as').choices([
        'off',
        'starttls',
        'required',
        'implicit',
      ]),
    )
    .option('--sender <address>', 'envelope sender; without it the conversation ends before MAIL')
    .option('--recipient <address>', 'recipient')
    .option('--helo <name>', 'name for EHLO')
    .option('--send', 'send a test message')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).conversation(options));
  withConfig(program.command('doctor'))
    .description('check names, ways, certificates, tokens and the policy')
    .option('--check <name...>', 'only these checks')
    .option('--last', 'what the relay found last, without looking again')
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./doctor.ts')).doctor(options));
  const connector = program.commands.find((command) => command.name() === 'connector');
  if (!connector) throw new Error('the commands about connectors come first');
  withConfig(connector.command('validate <name>'))
    .description('send a real test message through it, and prove what its identity may do')
    .requiredOption('--to <address>', 'who gets the test message')
    .option('--from <address>', 'envelope sender (default: the mailbox of the connector)')
    .option('--canary <mailbox>', 'a mailbox that it must not be able to send as')
    .option('--json', 'as JSON')
    .action(async (name, options) => (await load()).validate(name, options));
}
