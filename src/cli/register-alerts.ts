/** Commands about alerts and the health of the relay. */
import type { Command } from 'commander';
import { Option } from 'commander';

export function registerAlerts(
  program: Command,
  withConfig: (command: Command) => Command,
  toCount: (text: string) => number,
): void {
  const load = () => import('./alerts.ts');
  withConfig(program.command('health'))
    .description('checks of the relay itself; exit code 1 where one fails')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).health(options));
  const alerts = program.command('alerts').description('what is the matter, and who is told');
  withConfig(alerts.command('list'))
    .description('list alerts; without --state the open ones')
    .addOption(new Option('--state <state>', 'which').choices(['open', 'closed', 'all']).default('open'))
    .option('--limit <n>', 'at most so many', toCount, 50)
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).list(options));
  withConfig(alerts.command('ack <id>'))
    .description('say that somebody looks after an alert')
    .requiredOption('--note <text>', 'who, and what is done')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await load()).acknowledge(id, options));
  withConfig(alerts.command('mute <rule>'))
    .description('tell nobody of alerts of a rule for a time')
    .option('--for <time>', 'how long, such as 2h; at most 90d')
    .option('--reason <text>', 'why')
    .option('--end', 'end the mute')
    .option('--json', 'as JSON')
    .action(async (rule, options) => (await load()).mute(rule, options));
  withConfig(alerts.command('test <channel>'))
    .description('send a test message by a channel; exit code 1 where it is not taken')
    .option('--json', 'as JSON')
    .action(async (channel, options) => (await load()).test(channel, options));
  withConfig(alerts.command('channels'))
    .description('list the channels and how the last message went')
    .option('--json', 'as JSON')
    .action(async (options) => (await load()).channels(options));
  const rules = () => import('./alert-rules.ts');
  withConfig(alerts.command('rules'))
    .description('what is watched, and from when on it is an alert')
    .option('--json', 'as JSON')
    .action(async (options) => (await rules()).rules(options));
  withConfig(alerts.command('set <rule> [settings...]'))
    .description('change a rule that relay365.yaml does not set; settings are written name=value')
    .option('--on', 'watch it')
    .addOption(new Option('--off', 'do not watch it').conflicts('on'))
    .addOption(
      new Option('--severity <severity>', 'own: the one that the rule gives by itself').choices([
        'warning',
        'critical',
        'own',
      ]),
    )
    .option('--json', 'as JSON')
    .action(async (rule, settings, options) => (await rules()).set(rule, settings, options));
}
