/** `relay365 import …`: the configuration of an old relay as a proposal for a policy. */
import type { Command } from 'commander';

export function registerImport(program: Command, withConfig: (command: Command) => Command): void {
  const group = program
    .command('import')
    .description('propose a policy from an old relay; a table of devices is read by "source import"');
  const load = () => import('./import.ts');
  const common = (command: Command): Command =>
    withConfig(command)
      .option('--log <files...>', 'logs of the old relay: who really sends')
      .option('--domain <domains...>', 'domains of the tenant, the main one first')
      .option('--keep-ranges', 'take ranges over although logs say who sends')
      .option('--out <file>', 'write the policy to a new file')
      .option('--apply', 'put it in force in the running relay, after a look at what changes')
      .option('--yes', 'ask nothing')
      .option('--json', 'as JSON');
  common(group.command('postfix <path>'))
    .description('of main.cf, its directory, or what "postconf -n" prints; the logs are mail logs')
    .action(async (path, options) => (await load()).importPostfix(path, options));
}
