/** Options that many commands share. */
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';

/** For what concerns the relay of this machine, running or not. */
export function withConfig(command: Command): Command {
  return command.addOption(configOption());
}

/** For what is asked of a running relay, here or elsewhere. */
export function withRelay(command: Command): Command {
  return command
    .addOption(configOption())
    .addOption(
      new Option('--url <url>', 'console of a relay elsewhere, instead of --config')
        .env('RELAY365_URL')
        .helpGroup(whichRelay),
    )
    .addOption(
      new Option('--token-file <file>', 'file with an API token for --url (default: RELAY365_TOKEN holds it)')
        .env('RELAY365_TOKEN_FILE')
        .helpGroup(whichRelay),
    )
    .addOption(
      new Option('--ca <file>', 'PEM that vouches for the certificate of --url')
        .env('RELAY365_CA')
        .helpGroup(whichRelay),
    );
}

/** Heading of the options that say which relay is asked. */
export const whichRelay = 'Which relay:';

function configOption(): Option {
  return new Option('--config <file>', 'configuration of the relay')
    .default('relay365.yaml')
    .helpGroup(whichRelay);
}

/** What is typed goes before what the environment says: `--config` is not overruled by RELAY365_URL. */
export function preferWhatIsTyped(program: Command): void {
  program.hook('preAction', (_program, command) => {
    const isTyped = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
    if (isTyped('config') && !isTyped('url')) command.setOptionValue('url', undefined);
  });
}

export function toCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1000) {
    throw new InvalidArgumentError('a whole number from 1 to 1000 is needed.');
  }
  return value;
}

export function toPort(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('a port from 0 to 65535 is needed.');
  return value;
}
