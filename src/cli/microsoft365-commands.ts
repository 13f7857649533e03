/** The options of `relay365 microsoft365 …`. */
import type { Command } from 'commander';
import { Option } from 'commander';

type With = (command: Command) => Command;

/** With `--url` the relay there judges by its policy; else the configuration and policy that stand here. */
export function registerMicrosoft365(program: Command, withConfig: With): void {
  const group = program.command('microsoft365').description('the Microsoft 365 side: set-up and drift');
  const load = () => import('./microsoft365.ts');
  const elsewhere = () => import('./remote-microsoft365.ts');
  const egress = () =>
    new Option(
      '--egress <address...>',
      'public IPv4 addresses and ranges (/24 to /32) of this relay; absent: `egress` of the configuration',
    );
  withConfig(group.command('script'))
    .description('print the PowerShell, DNS records and registrations that the routes of the policy need')
    .option('--undo', 'print the way back instead')
    .addOption(egress())
    .option('--json', 'as JSON')
    .action(async (options) =>
      options.url === undefined ? (await load()).script(options) : (await elsewhere()).remoteScript(options),
    );
  withConfig(group.command('collect'))
    .description('print the PowerShell that writes the files which "audit" reads')
    .action(async (options) =>
      options.url === undefined
        ? (await load()).collect(options)
        : (await elsewhere()).remoteCollect(options),
    );
  withConfig(group.command('audit <files...>'))
    .description('list where the tenant differs from what the policy needs, with the line that mends it')
    .addOption(egress())
    .option('--json', 'as JSON')
    .action(async (files, options) =>
      options.url === undefined
        ? (await load()).audit(files, options)
        : (await elsewhere()).remoteAudit(files, options),
    );
  withConfig(group.command('trace <files...>'))
    .description(
      'did it arrive? joins exports of Get-MessageTraceV2 (JSON, CSV) and returned messages (.eml) to our messages',
    )
    .option('--json', 'as JSON')
    .action(async (files, options) => (await import('./arrivals.ts')).arrivals(files, options));
}
