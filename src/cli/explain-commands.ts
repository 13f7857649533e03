/** The options of `relay365 transcripts`, `relay365 exit-plan` and `relay365 policy replay`. */
import type { Command } from 'commander';

export function registerExplaining(program: Command, withConfig: (command: Command) => Command): void {
  const transcripts = program
    .command('transcripts')
    .description('what was said in the last sessions of devices');
  const load = () => import('./transcripts.ts');
  withConfig(transcripts.command('list'))
    .description('whose sessions are kept, and what would have helped')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).list(options));
  withConfig(transcripts.command('show <source-or-address>'))
    .description('the last sessions, without passwords and contents')
    .option('--json', 'as JSON')
    .action(async (key, options) => (await load()).show(key, options));
  withConfig(transcripts.command('capture <source-or-address>'))
    .description('keep every session of it for fifteen minutes')
    .option('--stop', 'end it now')
    .option('--json', 'as JSON')
    .action(async (key, options) => (await load()).capture(key, options));
  withConfig(transcripts.command('apply <source>'))
    .description('add to the source the switches that would have helped, or those named')
    .option('--quirk <name...>', 'these quirks')
    .option('--repair <name...>', 'these repairs')
    .option('--json', 'as JSON')
    .action(async (key, options) => (await load()).apply(key, options));
  withConfig(program.command('exit-plan'))
    .description('what closing old TLS, plaintext or a kind of certificate would do to each source')
    .option('--step <id>', 'one step alone, such as tls-below-1.2')
    .option(
      '--cipher <suite>',
      'sources that agreed on this cipher suite alone; weak: on any with a weakness',
    )
    .option('--on <date>', 'the day that is planned for it')
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./exit-plan.ts')).exitPlan(options));
  const policy = program.commands.find((command) => command.name() === 'policy');
  if (!policy) throw new Error('the commands about the policy come first');
  withConfig(policy.command('replay <file>'))
    .description('judge the traffic of the last day by a draft, and list what would differ')
    .option('--hours <n>', 'as far back (default: 24, at most 168)', (text) => Number(text), 24)
    .option('--json', 'as JSON')
    .action(async (file, options) => (await import('./replay.ts')).replay(file, options));
}
